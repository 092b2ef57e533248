import SignalModel

/// The labels that a token forces, as members at the end of a document: of two members with one name the later counts.
struct ForcedFields: Sendable {
    /// `"cluster":"a","environment":"b"`; empty for none.
    private let members: [UInt8]
    /// What documents must have that are replaced or deleted by who forces them.
    let labels: Labels

    init(_ labels: Labels) {
        self.labels = labels
        var json = JSONWriter()
        json.object { json in
            for (name, value) in labels.pairs {
                json.key(name)
                json.string(value)
            }
        }
        members = Array(json.bytes.dropFirst().dropLast())
    }

    /// Whether a document has all of them, as one has that came with them.
    func are(in document: DocumentObject) -> Bool {
        guard !members.isEmpty else { return true }
        let fields = SameDocument.fields(document)
        return labels.pairs.allSatisfy { fields[$0.name] == .string($0.value) }
    }

    /// Calls `body` with the document, which must be an object, and the members at its end.
    func added<Value>(
        to document: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        guard !members.isEmpty, let end = document.lastIndex(of: UInt8(ascii: "}")) else { return try body(document) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(document.count + members.count + 1)
        bytes.append(contentsOf: document[..<end])
        let last = bytes.last { $0 != 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }
        if last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: members)
        bytes.append(UInt8(ascii: "}"))
        return try bytes.withUnsafeBytes { try body($0) }
    }
}
