internal import Basics

/// The end of a part's file: where everything but the blocks is.
struct PartFooter {
    /// The version stands in the first and in the last bytes of a file.
    static func magic(_ version: UInt8) -> [UInt8] { Array("SBLP".utf8) + [version, 0, 0, 0] }
    static let magicCount = 8
    /// With an index of words; the first version had none.
    static let version: UInt8 = 2
    /// Rows stand in groups, and there is an index of these instead of one of words.
    static let groupedVersion: UInt8 = 3
    private static let counts: [UInt8: Int] = [1: 44, 2: 53, 3: 65]

    var identities: Range<Int>
    private var terms: Range<Int>
    private var bucketBits = 0
    /// Nil where rows are in the order of time.
    var groups: Range<Int>?
    var index: Range<Int>

    init(_ bytes: UnsafeRawBufferPointer) throws(Damage) {
        guard bytes.count >= 2 * Self.magicCount, let count = Self.counts[bytes[4]],
            bytes.count >= Self.magicCount + count, bytes.prefix(Self.magicCount).elementsEqual(Self.magic(bytes[4])),
            bytes.suffix(Self.magicCount).elementsEqual(Self.magic(bytes[4]))
        else { throw Damage("no part of a version known here, or one that is cut off") }
        let footer = UnsafeRawBufferPointer(rebasing: bytes.suffix(count))
        var reader = ByteReader(footer)
        let start = try reader.fixed64()
        let identityCount = try reader.fixed64()
        var termCount: UInt64 = 0
        if bytes[4] > 1 {
            termCount = try reader.fixed64()
            bucketBits = Int(try reader.byte())
        }
        let isGrouped = bytes[4] == Self.groupedVersion
        let groupCount = try isGrouped ? reader.fixed64() : 0
        let indexCount = try reader.fixed64()
        let identityChecksum = try reader.fixed32()
        let groupChecksum = try isGrouped ? reader.fixed32() : 0
        let indexChecksum = try reader.fixed32()
        let checked = UnsafeRawBufferPointer(rebasing: footer[..<reader.offset])
        guard CRC32C.matches(try reader.fixed32(), checked) else { throw Damage("the checksum of the footer") }
        let limit = UInt64(bytes.count - count)
        guard start <= limit, identityCount <= limit - start, termCount <= limit - start - identityCount,
            groupCount <= limit - start - identityCount - termCount,
            indexCount == limit - start - identityCount - termCount - groupCount, identityCount % 16 == 0,
            groupCount % 16 == 0
        else { throw Damage("a footer that points outside") }
        identities = Int(start)..<Int(start + identityCount)
        terms = identities.upperBound..<identities.upperBound + Int(termCount)
        let runs = terms.upperBound..<terms.upperBound + Int(groupCount)
        if isGrouped { groups = runs }
        index = runs.upperBound..<Int(limit)
        guard CRC32C.matches(identityChecksum, UnsafeRawBufferPointer(rebasing: bytes[identities])) else {
            throw Damage("the checksum of the identities")
        }
        guard !isGrouped || CRC32C.matches(groupChecksum, UnsafeRawBufferPointer(rebasing: bytes[runs])) else {
            throw Damage("the checksum of the groups")
        }
        guard CRC32C.matches(indexChecksum, UnsafeRawBufferPointer(rebasing: bytes[index])) else {
            throw Damage("the checksum of the index")
        }
    }

    func terms(_ content: FileContent, blockCount: Int) throws(Damage) -> TermIndex? {
        terms.isEmpty ? nil : try TermIndex(content, terms, bucketBits: bucketBits, blockCount: blockCount)
    }

    /// The bytes of a footer.
    static func bytes(
        start: Int, identities: [UInt8], termsCount: Int, bucketBits: Int, groups: [UInt8]?, index: [UInt8]
    ) -> [UInt8] {
        var footer: [UInt8] = []
        footer.append(fixed64: UInt64(start))
        footer.append(fixed64: UInt64(identities.count))
        footer.append(fixed64: UInt64(termsCount))
        footer.append(UInt8(bucketBits))
        if let groups { footer.append(fixed64: UInt64(groups.count)) }
        footer.append(fixed64: UInt64(index.count))
        footer.append(fixed32: CRC32C.checksum(identities))
        if let groups { footer.append(fixed32: CRC32C.checksum(groups)) }
        footer.append(fixed32: CRC32C.checksum(index))
        footer.append(fixed32: CRC32C.checksum(footer))
        return footer + magic(groups == nil ? version : groupedVersion)
    }
}
