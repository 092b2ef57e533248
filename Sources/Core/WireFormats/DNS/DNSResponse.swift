/// What a server answers to one question. Any bytes may be read: names are bounded, pointers only lead back.
package struct DNSResponse: Sendable, Hashable {
    package struct Code: RawRepresentable, Sendable, Hashable {
        package var rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let success = Code(rawValue: 0)
        package static let noSuchName = Code(rawValue: 3)
    }

    package let code: Code
    /// The answer did not fit; it is to be asked for over TCP.
    package let isTruncated: Bool
    /// In the order of the answer.
    package let records: [DNSRecord]

    /// Throws when `bytes` do not answer `query`, or are no answer at all.
    package init(_ bytes: [UInt8], to query: DNSQuery) throws(WireFormatError) {
        var reader = DNSReader(bytes)
        let id = try reader.integer()
        let flags = try reader.integer()
        guard id == query.id, flags & 0x8000 != 0 else {
            throw WireFormatError(.malformed, .byte(0), "no answer to this question")
        }
        let questionCount = try reader.integer()
        let answerCount = try reader.integer()
        _ = try reader.bytes(4)
        code = Code(rawValue: UInt8(flags & 0xf))
        isTruncated = flags & 0x0200 != 0
        guard questionCount == 1, Self.isSame(try reader.bytes(query.question.count), query.question) else {
            throw WireFormatError(.malformed, .byte(12), "no answer to this question")
        }
        var records: [DNSRecord] = []
        // What did not fit is not worth reading.
        if !isTruncated {
            for _ in 0..<answerCount { records.append(try reader.record()) }
        }
        self.records = records
    }

    /// Servers may answer with other case than they were asked in.
    private static func isSame(_ left: ArraySlice<UInt8>, _ right: [UInt8]) -> Bool {
        left.elementsEqual(right) { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
    }
}
