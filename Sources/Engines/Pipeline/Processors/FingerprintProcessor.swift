internal import Basics
internal import SignalModel

/// A digest of some fields' values: the one that Elasticsearch makes of them.
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
        let salt = try options.string("salt", default: "") ?? ""
        self.salt = salt.trimmed.isEmpty ? [] : Array(salt.utf8)
        ignoresMissing = try options.bool("ignore_missing", default: false)
        let method = try options.string("method", default: "SHA-1") ?? ""
        switch method {
        case "MD5": digest = { MD5.digest($0) }
        case "SHA-1": digest = { SHA1.digest($0) }
        case "SHA-256": digest = { SHA256.digest($0) }
        case "SHA-512": digest = { SHA512.digest($0) }
        case "MurmurHash3": digest = { MurmurHash3.digest($0) }
        default:
            throw options.refused(
                "method",
                "[\(method)] must be one of the supported hash methods [MD5,SHA-1,SHA-256,SHA-512,MurmurHash3]")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        var values: [DocumentValue] = []
        for field in fields {
            let path = try field.path(document)
            if let value = document.find(path), value != .null {
                values.append(value)
            } else if !ignoresMissing {
                throw ProcessorFailure("missing field [\(path.text)] when calculating fingerprint")
            }
        }
        guard !values.isEmpty else { return }
        // Long values take long.
        try document.charge(.array(values))
        var bytes = salt
        for value in values { Self.append(value, to: &bytes) }
        try document.set(try target.path(document), .string(Base64.text(digest(bytes))))
    }

    /// Every value without what holds it, behind a zero byte; members in the order of their names, which are among them.
    /// Lists leave no trace, so that `["a"]` and `"a"` are alike.
    private static func append(_ value: DocumentValue, to bytes: inout [UInt8]) {
        switch value {
        case .array(let elements):
            for element in elements { append(element, to: &bytes) }
        case .object(let object):
            for member in object.members.sorted(by: { $0.name < $1.name }) {
                append(.string(member.name), to: &bytes)
                append(member.value, to: &bytes)
            }
        case .string(let text):
            bytes.append(0)
            bytes.append(contentsOf: text.utf8)
        case .integer(let number):
            bytes.append(0)
            if let small = Int32(exactly: number) {
                withUnsafeBytes(of: small.littleEndian) { bytes.append(contentsOf: $0) }
            } else {
                withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
            }
        case .double(let number):
            bytes.append(0)
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        case .bool(let isTrue): bytes += [0, isTrue ? 1 : 2]
        case .null: bytes.append(0)
        }
    }
}
