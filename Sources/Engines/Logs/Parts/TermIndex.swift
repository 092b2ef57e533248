internal import Basics

/// Which blocks of a part have a word: of each word of the strings of its fields 32 bits of its hash and the blocks
/// it stands in. What is rare, or nowhere, is found without a look at any block; what seems to be in a block may,
/// seldom, be another word.
struct TermIndex: Sendable {
    private let content: FileContent
    /// Where its buckets are in the file, and after them where each begins, with its checksum.
    private let buckets: Range<Int>
    /// The bucket of a hash is in so many of its highest bits.
    let bucketBits: Int
    let blockCount: Int

    /// Of one entry of the directory: the start of a bucket, its checksum.
    static let entryCount = 12

    init(_ content: FileContent, _ range: Range<Int>, bucketBits: Int, blockCount: Int) throws(Damage) {
        guard bucketBits <= 32, range.count / Self.entryCount >= 1 << bucketBits else {
            throw Damage("an index of words without its directory")
        }
        self.content = content
        buckets = range.lowerBound..<range.upperBound - Self.entryCount << bucketBits
        self.bucketBits = bucketBits
        self.blockCount = blockCount
    }

    /// About a posting takes three of them.
    var bytesCount: Int { buckets.count }

    /// As terms are kept: the highest bits, so that what is sorted by the whole hash is sorted by these.
    static func term(_ hash: UInt64) -> UInt32 { UInt32(hash >> 32) }

    private func start(_ bucket: Int) -> Int {
        guard bucket < 1 << bucketBits else { return buckets.count }
        let offset = UInt64(
            littleEndian: content.bytes.loadUnaligned(
                fromByteOffset: buckets.upperBound + bucket * Self.entryCount, as: UInt64.self))
        return Int(truncatingIfNeeded: min(offset, UInt64(buckets.count)))
    }

    func bytes(_ bucket: Int) throws(Damage) -> UnsafeRawBufferPointer {
        let (start, end) = (start(bucket), start(bucket + 1))
        guard start <= end else { throw Damage("a bucket of words that ends before it begins") }
        let bytes = UnsafeRawBufferPointer(
            rebasing: content.bytes[buckets.lowerBound + start..<buckets.lowerBound + end])
        let checksum = UInt32(
            littleEndian: content.bytes.loadUnaligned(
                fromByteOffset: buckets.upperBound + bucket * Self.entryCount + 8, as: UInt32.self))
        guard CRC32C.matches(checksum, bytes) else { throw Damage("the checksum of a bucket of words") }
        return bytes
    }

    /// The blocks that have a word.
    func blocks(of term: UInt32) throws(Damage) -> RowBitmap {
        var blocks = RowBitmap(rowCount: blockCount)
        var cursor = try TermCursor(self, bucket: Int(UInt64(term) >> UInt64(32 - bucketBits)))
        while let found = cursor.term, found <= term {
            if found == term { for block in cursor.blocks { blocks.insert(Int(block)) } }
            try cursor.advance()
        }
        return blocks
    }
}

/// Walks over the terms of an index, ascending.
struct TermCursor {
    private let index: TermIndex
    private var bucket: Int
    private let bucketsEnd: Int
    private var reader: ByteReader
    private var last: UInt64
    /// Nil after the last one.
    private(set) var term: UInt32?
    private(set) var blocks: [UInt32] = []

    /// Over all of them.
    init(_ index: TermIndex) throws(Damage) { try self.init(index, 0..<1 << index.bucketBits) }

    init(_ index: TermIndex, bucket: Int) throws(Damage) { try self.init(index, bucket..<bucket + 1) }

    private init(_ index: TermIndex, _ buckets: Range<Int>) throws(Damage) {
        self.index = index
        bucket = buckets.lowerBound
        bucketsEnd = buckets.upperBound
        reader = ByteReader(try index.bytes(bucket))
        last = Self.base(bucket, index)
        try advance()
    }

    private static func base(_ bucket: Int, _ index: TermIndex) -> UInt64 {
        UInt64(bucket) << UInt64(32 - index.bucketBits)
    }

    mutating func advance() throws(Damage) {
        while reader.left == 0 {
            bucket += 1
            guard bucket < bucketsEnd else {
                term = nil
                return
            }
            reader = ByteReader(try index.bytes(bucket))
            last = Self.base(bucket, index)
        }
        let head = try reader.varint()
        last &+= head >> 1
        guard last >> UInt64(32 - index.bucketBits) == UInt64(bucket) else {
            throw Damage("a word in a wrong bucket")
        }
        term = UInt32(truncatingIfNeeded: last)
        blocks.removeAll(keepingCapacity: true)
        let count = head & 1 == 0 ? 1 : try reader.count(max: index.blockCount)
        var block = 0
        for _ in 0..<count {
            block += try reader.count(max: index.blockCount)
            guard block < index.blockCount else { throw Damage("a word in a block that is not there") }
            blocks.append(UInt32(block))
        }
    }
}
