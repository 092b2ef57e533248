internal import Basics

/// Writes the index of the words of a part: of blocks that are new in it, and of those taken over from other parts.
struct TermIndexWriter {
    /// The index of another part, and which of its blocks are which here; a negative number is none.
    struct Source {
        let file: PartFile
        var cursor: TermCursor
        let numbers: [Int32]
    }

    private var own: [(block: UInt64, terms: [UInt32])] = []
    private var places: [Int] = []
    private var sources: [Source] = []
    /// Of the indices of other parts.
    private var bytesCount = 0

    /// About so many words are in a bucket: as many are looked at for one.
    private static let bucketTerms = 128
    /// Written at once.
    private static let chunkBytes = 1 << 18

    /// Words of a block, ascending, each once.
    mutating func add(_ terms: [UInt32], block: Int) {
        own.append((UInt64(block), terms))
        places.append(0)
    }

    /// What the index of another part says of blocks that were taken over.
    mutating func add(_ index: TermIndex, of file: PartFile, numbers: [Int32]) throws(LogQueryError) {
        let cursor = try file.reading { () throws(Damage) in try TermCursor(index) }
        sources.append(Source(file: file, cursor: cursor, numbers: numbers))
        bytesCount += index.bytesCount
    }

    /// Hands over the bytes, buckets and directory; returns the bits that choose a bucket.
    mutating func write(
        _ append: ([UInt8]) throws(FileSystemError) -> Void
    ) throws(LogStoreError) -> Int {
        // An entry takes some three bytes.
        let count = own.reduce(bytesCount / 3) { $0 + $1.terms.count }
        let bits = max(0, Int.bitWidth - (count / Self.bucketTerms).leadingZeroBitCount)
        var directory: [UInt8] = []
        var output: [UInt8] = []
        var written = 0
        var postings: [UInt64] = []
        for bucket in 0..<1 << bits {
            let base = UInt64(bucket) << UInt64(32 - bits)
            postings.removeAll(keepingCapacity: true)
            do throws(LogQueryError) {
                try collect(below: base + 1 << UInt64(32 - bits), into: &postings)
            } catch { throw .query(error) }
            let start = output.count
            Self.append(postings, base: base, to: &output)
            directory.append(fixed64: UInt64(written + start))
            directory.append(
                fixed32: output.withUnsafeBytes {
                    CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[start...]))
                })
            guard output.count >= Self.chunkBytes else { continue }
            do throws(FileSystemError) { try append(output) } catch { throw .disk(error) }
            written += output.count
            output.removeAll(keepingCapacity: true)
        }
        do throws(FileSystemError) {
            try append(output)
            try append(directory)
        } catch { throw .disk(error) }
        return bits
    }

    /// Words and their blocks in one number each, sorted.
    private mutating func collect(below end: UInt64, into postings: inout [UInt64]) throws(LogQueryError) {
        for number in own.indices {
            let (block, terms) = own[number]
            var place = places[number]
            while place < terms.count, UInt64(terms[place]) < end {
                postings.append(UInt64(terms[place]) << 32 | block)
                place += 1
            }
            places[number] = place
        }
        for number in sources.indices {
            while let term = sources[number].cursor.term, UInt64(term) < end {
                for block in sources[number].cursor.blocks {
                    let here = sources[number].numbers[Int(block)]
                    if here >= 0 { postings.append(UInt64(term) << 32 | UInt64(here)) }
                }
                let file = sources[number].file
                try file.reading { () throws(Damage) in try sources[number].cursor.advance() }
            }
        }
        postings.sort()
    }

    private static func append(_ postings: [UInt64], base: UInt64, to output: inout [UInt8]) {
        var index = 0
        var last = base
        while index < postings.count {
            let term = postings[index] >> 32
            var end = index + 1
            while end < postings.count, postings[end] >> 32 == term { end += 1 }
            let isAlone = end == index + 1
            Varint.append((term - last) << 1 | (isAlone ? 0 : 1), to: &output)
            if !isAlone { Varint.append(UInt64(end - index), to: &output) }
            var block: UInt64 = 0
            for posting in postings[index..<end] {
                Varint.append(posting & 0xffff_ffff - block, to: &output)
                block = posting & 0xffff_ffff
            }
            last = term
            index = end
        }
    }
}
