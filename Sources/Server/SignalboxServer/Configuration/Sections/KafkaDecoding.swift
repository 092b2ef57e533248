import HTTPAPI
import Ingest
import Pipeline
import SignalModel

/// `logs.kafka:` topics that are read, and `queue.kafka:` the one that Signalboxes share.
enum KafkaDecoding {
    /// Further ones are refused: each has threads and connections of its own.
    private static let inputsMax = 20
    private static let namesMax = 100
    /// Kafka's own bound.
    private static let topicNameCountMax = 249
    /// Senders wait as long.
    private static let timeoutMax = Duration.seconds(300)
    private static let messageBytesMin = 64 << 10
    private static let messageBytesMaxMax = 512 << 20

    static func inputs(_ node: ConfigurationNode?, _ files: ConfigurationFiles) -> [KafkaInput] {
        let list = node?.list() ?? []
        if list.count > inputsMax { node?.expected("at most \(inputsMax) of them") }
        return list.compactMap { input($0, files) }
    }

    private static func input(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> KafkaInput? {
        guard var reader = node.mapping() else { return nil }
        let connection = Self.connection(&reader, files)
        let topics = names(reader.required("topics"), "names of topics") { !$0.contains { $0 == "/" || $0 == "," } }
        var input = KafkaInput(connection: connection, topics: topics)
        if let node = reader["group"] { input.group = filled(node) ?? input.group }
        input.start = reader["start"]?.choice(KafkaInput.Start.self) ?? input.start
        if let node = reader["index"], let index = node.string() {
            if let refusal = IndexName.refusal(index) { node.note("\(node.path): \(refusal)") }
            input.index = index
        }
        input.pipeline = reader["pipeline"].flatMap(filled)
        reader.finish()
        return connection.brokers.isEmpty || topics.isEmpty ? nil : input
    }

    /// Nil without one.
    static func topic(
        _ node: ConfigurationNode?, beside inputs: [KafkaInput], _ files: ConfigurationFiles
    ) -> KafkaTopic? {
        guard let node, var queue = node.mapping() else { return nil }
        let kafka = queue.required("kafka")
        queue.finish()
        guard let kafka, var reader = kafka.mapping() else { return nil }
        let connection = Self.connection(&reader, files)
        let name = reader.required("topic").flatMap(topicName)
        var topic = KafkaTopic(connection: connection, name: name ?? "")
        if let node = reader["group"] { topic.group = filled(node) ?? topic.group }
        let timeout = reader["timeout"]
        topic.timeout = timeout?.duration(minimum: .seconds(1)) ?? topic.timeout
        if topic.timeout > timeoutMax { timeout?.note("\(kafka.path).timeout must be at most 5m") }
        let size = reader["max_message_size"]
        topic.messageBytesMax = size?.byteSize() ?? topic.messageBytesMax
        if !(messageBytesMin...messageBytesMaxMax).contains(topic.messageBytesMax) {
            size?.note("\(kafka.path).max_message_size must be from 64KB to 512MB")
        }
        reader.finish()
        let isReadTwice = inputs.contains { input in
            input.topics.contains(topic.name)
                && !Set(input.connection.brokers).isDisjoint(with: connection.brokers)
        }
        if isReadTwice { kafka.note("\(kafka.path): logs.kafka reads the topic \(topic.name), too") }
        return connection.brokers.isEmpty || name == nil ? nil : topic
    }

    private static func topicName(_ node: ConfigurationNode) -> String? {
        guard let name = node.string() else { return nil }
        let isGood =
            (1...topicNameCountMax).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        if !isGood {
            node.expected("the name of a topic: up to \(topicNameCountMax) letters, digits, dots, _ and -")
            return nil
        }
        return name
    }

    private static func connection(_ reader: inout MappingReader, _ files: ConfigurationFiles) -> KafkaConnection {
        let brokers = names(reader.required("brokers"), "addresses such as kafka-1:9092") {
            $0.contains(":") && !$0.contains { $0 == "/" || $0 == "," }
        }
        return KafkaConnection(
            brokers: brokers, tls: reader["tls"].flatMap(tls), login: reader["login"].flatMap { login($0, files) })
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

    private static func tls(_ node: ConfigurationNode) -> KafkaConnection.TLS? {
        guard var reader = node.mapping() else { return nil }
        let tls = KafkaConnection.TLS(
            authority: reader["ca"]?.filePath(), certificate: reader["certificate"]?.filePath(),
            key: reader["key"]?.filePath())
        reader.finish()
        if (tls.certificate == nil) != (tls.key == nil) {
            node.note("\(node.path): certificate and key belong together")
        }
        return tls
    }

    private static func login(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> KafkaConnection.Login? {
        guard var reader = node.mapping() else { return nil }
        let mechanism = reader.required("mechanism")?.choice(KafkaConnection.Mechanism.self)
        let user = reader.required("user")?.string()
        let password = reader.required("password")?.secret(files)
        reader.finish()
        guard let mechanism, let user, let password else { return nil }
        return KafkaConnection.Login(mechanism: mechanism, user: user, password: password)
    }
}
