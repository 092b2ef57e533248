import HTTPAPI
import Ingest
import SignalModel

/// `logs.kafka:` topics that are read.
enum KafkaInputDecoding {
    /// Further ones are refused: each has threads and connections of its own.
    private static let inputsMax = 20
    private static let namesMax = 100

    static func inputs(_ node: ConfigurationNode?, _ files: ConfigurationFiles) -> [KafkaInput] {
        let list = node?.list() ?? []
        if list.count > inputsMax { node?.expected("at most \(inputsMax) of them") }
        return list.compactMap { input($0, files) }
    }

    private static func input(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> KafkaInput? {
        guard var reader = node.mapping() else { return nil }
        let brokers = names(reader.required("brokers"), "addresses such as kafka-1:9092") {
            $0.contains(":") && !$0.contains { $0 == "/" || $0 == "," }
        }
        let topics = names(reader.required("topics"), "names of topics") { !$0.contains { $0 == "/" || $0 == "," } }
        var input = KafkaInput(brokers: brokers, topics: topics)
        if let node = reader["group"] { input.group = filled(node) ?? input.group }
        input.start = reader["start"]?.choice(KafkaInput.Start.self) ?? input.start
        if let node = reader["index"], let index = node.string() {
            if let refusal = IndexName.refusal(index) { node.note("\(node.path): \(refusal)") }
            input.index = index
        }
        input.pipeline = reader["pipeline"].flatMap(filled)
        input.tls = reader["tls"].flatMap(tls)
        input.login = reader["login"].flatMap { login($0, files) }
        reader.finish()
        return brokers.isEmpty || topics.isEmpty ? nil : input
    }

    private static func names(
        _ node: ConfigurationNode?, _ wanted: String, _ isGood: (String) -> Bool
    ) -> [String] {
        guard let node else { return [] }
        let names = node.strings()
        if names.isEmpty || names.count > namesMax || !names.allSatisfy({ !$0.isEmpty && isGood($0) }) {
            node.expected("up to \(namesMax) \(wanted)")
        }
        return names
    }

    private static func filled(_ node: ConfigurationNode) -> String? {
        guard let text = node.string() else { return nil }
        if text.isEmpty { node.expected("a text that is not empty") }
        return text
    }

    private static func tls(_ node: ConfigurationNode) -> KafkaInput.TLS? {
        guard var reader = node.mapping() else { return nil }
        let tls = KafkaInput.TLS(
            authority: reader["ca"]?.filePath(), certificate: reader["certificate"]?.filePath(),
            key: reader["key"]?.filePath())
        reader.finish()
        if (tls.certificate == nil) != (tls.key == nil) {
            node.note("\(node.path): certificate and key belong together")
        }
        return tls
    }

    private static func login(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> KafkaInput.Login? {
        guard var reader = node.mapping() else { return nil }
        let mechanism = reader.required("mechanism")?.choice(KafkaInput.Mechanism.self)
        let user = reader.required("user")?.string()
        let password = reader.required("password")?.secret(files)
        reader.finish()
        guard let mechanism, let user, let password else { return nil }
        return KafkaInput.Login(mechanism: mechanism, user: user, password: password)
    }
}
