/// One question, recursion desired, with room for larger answers (RFC 6891).
package struct DNSQuery: Sendable, Hashable {
    /// The largest datagram we say we take: what passes without fragments.
    package static let datagramBytesMax = 1232
    private static let labelBytesMax = 63
    private static let nameBytesMax = 255
    static let internetClass: UInt16 = 1
    private static let optionsType: UInt16 = 41

    package let bytes: [UInt8]
    let id: UInt16
    /// Name, type and class as they stand in the question.
    let question: [UInt8]

    /// Throws when `name` is none. Whether it ends with a dot makes no difference.
    package init(_ name: String, _ kind: DNSRecord.Kind, id: UInt16) throws(WireFormatError) {
        var question: [UInt8] = []
        let rooted = name.hasSuffix(".") ? name.dropLast() : name[...]
        for label in rooted.split(separator: ".", omittingEmptySubsequences: false) {
            guard !label.isEmpty, label.utf8.count <= Self.labelBytesMax else {
                throw WireFormatError(.malformed, .whole, "\(name) is no name of DNS")
            }
            question.append(UInt8(label.utf8.count))
            question.append(contentsOf: label.utf8)
        }
        question.append(0)
        guard question.count <= Self.nameBytesMax else {
            throw WireFormatError(.tooLarge, .whole, "a name of DNS has at most \(Self.nameBytesMax) bytes")
        }
        Self.append(kind.rawValue, to: &question)
        Self.append(Self.internetClass, to: &question)
        var bytes: [UInt8] = []
        // Recursion desired; one question, no answers, no authorities, one addition.
        for field in [id, 0x0100, 1, 0, 0, 1] as [UInt16] { Self.append(field, to: &bytes) }
        bytes.append(contentsOf: question)
        bytes.append(0)
        for field in [Self.optionsType, UInt16(Self.datagramBytesMax), 0, 0, 0] { Self.append(field, to: &bytes) }
        self.id = id
        self.question = question
        self.bytes = bytes
    }

    private static func append(_ field: UInt16, to bytes: inout [UInt8]) {
        bytes.append(UInt8(field >> 8))
        bytes.append(UInt8(truncatingIfNeeded: field))
    }
}
