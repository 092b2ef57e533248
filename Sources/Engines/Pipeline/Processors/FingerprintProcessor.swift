internal import Basics
internal import SignalModel

/// A digest of some fields' values, the same for the same values. Its bytes are not those of Elasticsearch.
struct FingerprintProcessor: Processor {
    private var fields: [FieldTemplate] = []
    private let target: FieldTemplate
    private let salt: [UInt8]
    private let digest: @Sendable ([UInt8]) -> [UInt8]
    private let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        guard let names = try options.oneOrMany("fields"), !names.isEmpty else {
            throw options.refused("fields", "must specify at least one field")
        }
        for name in names.sorted() { fields.append(try options.template("fields", name)) }
        target = try options.field("target_field", default: "fingerprint")
        salt = Array((try options.string("salt", default: "") ?? "").utf8)
        ignoresMissing = try options.bool("ignore_missing", default: false)
        let method = try options.string("method", default: "SHA-1") ?? ""
        switch method {
        case "MD5": digest = { MD5.digest($0) }
        case "SHA-1": digest = { SHA1.digest($0) }
        case "SHA-256": digest = { SHA256.digest($0) }
        default: throw options.refused("method", "[\(method)] is not supported: it must be MD5, SHA-1 or SHA-256")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        var bytes = salt
        var values = 0
        for field in fields {
            let path = try field.path(document)
            guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { continue }
            guard value != .null else {
                throw ProcessorFailure("missing field [\(path.text)] when calculating fingerprint")
            }
            values += 1
            Self.append(.string(path.text), to: &bytes)
            Self.append(value, to: &bytes)
        }
        if values > 0 { try document.set(try target.path(document), .string(Base64.text(digest(bytes)))) }
    }

    /// Each value with its kind and its length, so that no two are alike; members in the order of their names.
    private static func append(_ value: DocumentValue, to bytes: inout [UInt8]) {
        func part(_ kind: Unicode.Scalar, _ count: Int) {
            bytes.append(UInt8(ascii: kind))
            Varint.append(UInt64(count), to: &bytes)
        }
        switch value {
        case .array(let elements):
            part("a", elements.count)
            for element in elements { append(element, to: &bytes) }
        case .object(let object):
            part("o", object.count)
            for member in object.members.sorted(by: { $0.name < $1.name }) {
                append(.string(member.name), to: &bytes)
                append(member.value, to: &bytes)
            }
        case .string(let text):
            part("s", text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        default:
            let text = value.javaText
            part("v", text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        }
    }
}
