import Basics
import Rules
import SignalModel
import Yams

/// OpenSLO v1 documents of all files together: they name each other across files.
struct OpenSLOFiles {
    static let version = "openslo/v1"

    /// More documents are refused.
    private static let documentsMax = 10_000
    /// An RFC 1123 label, as OpenSLO has it.
    static let nameCharactersMax = 63

    private enum Kind: String, CaseIterable {
        case dataSource = "DataSource"
        case slo = "SLO"
        case sli = "SLI"
        case alertPolicy = "AlertPolicy"
        case alertCondition = "AlertCondition"
        case alertNotificationTarget = "AlertNotificationTarget"
        case service = "Service"
    }

    /// One document of a kind that is referred to by its name.
    private var documents: [String: [String: OpenSLODocument]] = [:]
    private var objectives: [OpenSLODocument] = []
    private var count = 0

    /// One document of a file.
    mutating func take(_ root: ConfigurationNode) {
        count += 1
        if count == Self.documentsMax + 1 { root.note("more than \(Self.documentsMax) documents") }
        guard count <= Self.documentsMax, var reader = root.mapping() else { return }
        if let version = reader.required("apiVersion"), version.scalarText != Self.version {
            version.note("apiVersion must be \(Self.version), not \(quoted(version.scalarText ?? ""))")
        }
        let kindNode = reader.required("kind")
        let kind = kindNode?.choice(Kind.self)
        guard let document = OpenSLODocument(&reader, of: root) else { return }
        reader.finish()
        guard let kind else { return }
        if let other = documents[kind.rawValue]?[document.name] {
            document.nameNode.note(
                "another \(kind.rawValue) is named \(quoted(document.name)): \(other.nameNode.placeText)")
            return
        }
        documents[kind.rawValue, default: [:]][document.name] = document
        if kind == .slo { objectives.append(document) }
    }

    func indicator(_ name: String) -> OpenSLODocument? { documents[Kind.sli.rawValue]?[name] }
    func alertPolicy(_ name: String) -> OpenSLODocument? { documents[Kind.alertPolicy.rawValue]?[name] }
    func alertCondition(_ name: String) -> OpenSLODocument? { documents[Kind.alertCondition.rawValue]?[name] }
    func dataSource(_ name: String) -> OpenSLODocument? { documents[Kind.dataSource.rawValue]?[name] }

    /// What all SLO documents promise; every problem is noted at its place.
    func decode() -> [Objective] {
        for document in documents.values.flatMap(\.values) { document.checkAnnotations() }
        for document in documents[Kind.dataSource.rawValue]?.values.map({ $0 }) ?? [] { check(dataSource: document) }
        var places: [String: String] = [:]
        return objectives.flatMap { document in
            SLODecoding(document, files: self).objectives().filter { objective in
                if let other = places[objective.name] {
                    document.nameNode.note("another objective is named \(quoted(objective.name)): \(other)")
                    return false
                }
                places[objective.name] = objective.place
                return true
            }
        }
    }

    /// Whatever it connects to: samples are asked of Signalbox' own store, so it must be one of the same language.
    private func check(dataSource document: OpenSLODocument) {
        guard var reader = document.spec.mapping() else { return }
        for key in ["description", "connectionDetails"] { _ = reader[key] }
        if let type = reader.required("type") { Self.checkSourceType(type) }
        reader.finish()
    }

    static func checkSourceType(_ node: ConfigurationNode) {
        if node.scalarText?.lowercased() != "prometheus" {
            node.note("\(node.path) must be Prometheus: objectives are counted from Signalbox' own samples")
        }
    }
}

/// What all kinds have: metadata, and a specification.
struct OpenSLODocument {
    let name: String
    let nameNode: ConfigurationNode
    let displayName: String
    let labels: Labels
    /// With Signalbox' own prefix, without it.
    let annotations: [String: ConfigurationNode]
    let spec: ConfigurationNode

    static let prefix = "signalbox/"

    private let annotationKeys: [(name: String, key: ConfigurationNode)]

    init?(_ reader: inout MappingReader, of root: ConfigurationNode) {
        let metadata = reader.required("metadata")
        let spec = reader.required("spec")
        guard var fields = metadata?.mapping() else { return nil }
        let nameNode = fields.required("name")
        displayName = fields["displayName"]?.string() ?? ""
        labels = fields["labels"].map(Self.labels) ?? .empty
        var own: [String: ConfigurationNode] = [:]
        var keys: [(name: String, key: ConfigurationNode)] = []
        if var annotations = fields["annotations"]?.mapping() {
            for entry in annotations.all() where entry.name.hasPrefix(Self.prefix) {
                let name = String(entry.name.dropFirst(Self.prefix.count))
                own[name] = entry.value
                keys.append((name, entry.key))
            }
        }
        annotations = own
        annotationKeys = keys
        fields.finish()
        guard let nameNode, let name = nameNode.string(), let spec else { return nil }
        if !Self.isName(name) {
            nameNode.note(
                "a name has at most \(OpenSLOFiles.nameCharactersMax) lower-case letters, digits and -, "
                    + "and begins and ends with a letter or digit: not \(quoted(String(name.prefix(80))))")
            return nil
        }
        self.name = name
        self.nameNode = nameNode
        self.spec = spec
    }

    static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= OpenSLOFiles.nameCharactersMax else {
            return false
        }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// A value may be a list of one, as OpenSLO has it.
    private static func labels(_ node: ConfigurationNode) -> Labels {
        guard var reader = node.mapping() else { return .empty }
        var builder = LabelsBuilder()
        for entry in reader.all() {
            var value = entry.value
            if case .sequence(let list) = value.node {
                guard list.count == 1, let only = value.list().first else {
                    value.note("\(value.path): a label has one value here")
                    continue
                }
                value = only
            }
            guard let text = value.labelValue(), entry.key.isLabelName(entry.name) else { continue }
            builder.set(entry.name, text)
        }
        return builder.labels()
    }

    /// Every annotation of Signalbox' own must be one that means something.
    func checkAnnotations() {
        for (name, key) in annotationKeys where !ObjectiveAnnotations.names.contains(name) {
            key.note(
                "unknown annotation \(quoted(Self.prefix + name)); known: "
                    + ObjectiveAnnotations.names.sorted().map { Self.prefix + $0 }.joined(separator: ", "))
        }
    }
}
