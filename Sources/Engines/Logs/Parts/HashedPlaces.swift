internal import Basics

/// Entries of a part that say where what has a hash lies: hash, block, row, sorted.
struct HashedPlaces: Sendable {
    private let content: FileContent
    private let start: Int
    let count: Int
    static let entryBytes = 16

    /// `range` lies within the content.
    init(content: FileContent, range: Range<Int>) {
        self.content = content
        start = range.lowerBound
        count = range.count / Self.entryBytes
    }

    private func hash(_ entry: Int) -> UInt64 {
        let offset = start + entry * Self.entryBytes
        return UInt64(littleEndian: content.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private func place(_ entry: Int) -> (block: Int, row: Int) {
        let offset = start + entry * Self.entryBytes
        let bytes = content.bytes
        return (
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self))),
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)))
        )
    }

    func places(of hash: UInt64) -> [(block: Int, row: Int)] {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self.hash(middle) < hash { low = middle + 1 } else { high = middle }
        }
        var places: [(block: Int, row: Int)] = []
        while low < count, self.hash(low) == hash {
            places.append(place(low))
            low += 1
        }
        return places
    }

    /// Of `count` blocks.
    func byBlock(count blocks: Int) -> [[(hash: UInt64, row: Int)]] {
        var result = [[(hash: UInt64, row: Int)]](repeating: [], count: blocks)
        for entry in 0..<count {
            let place = place(entry)
            if place.block < blocks { result[place.block].append((hash(entry), place.row)) }
        }
        return result
    }
}
