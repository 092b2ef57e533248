import Basics
import SignalModel

/// The order of `Labels`, for sorting a hundred thousand of them: the bytes are laid out one set after another,
/// so comparing neither counts references nor jumps through memory, and pieces are told apart only where two
/// sets differ.
struct LabelOrder {
    private var bytes: [UInt8] = []
    private var starts: [Int] = [0]

    mutating func append(_ packed: [UInt8]) {
        bytes.append(contentsOf: packed)
        starts.append(bytes.count)
    }

    /// The places of the sets, in order.
    func sorted() -> [Int] {
        let count = starts.count - 1
        return bytes.withUnsafeBytes { bytes in
            starts.withUnsafeBufferPointer { starts in
                var places = Array(0..<count)
                places.sort {
                    Self.precedes(
                        UnsafeRawBufferPointer(rebasing: bytes[starts[$0]..<starts[$0 + 1]]),
                        UnsafeRawBufferPointer(rebasing: bytes[starts[$1]..<starts[$1 + 1]]))
                }
                return places
            }
        }
    }

    private static func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        let same = commonPrefix(left, right)
        var cursor = 0
        // Both sets have the same pieces up to the one that holds the first difference.
        while true {
            var after = cursor
            guard let length = Varint.read(left, at: &after), after + Int(length) <= same else { break }
            cursor = after + Int(length)
        }
        guard cursor < left.count else { return cursor < right.count }
        guard cursor < right.count, let a = piece(left, cursor), let b = piece(right, cursor) else { return false }
        return compareBytes(a, b) < 0
    }

    @inline(__always)
    private static func commonPrefix(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let count = min(left.count, right.count)
        var place = 0
        while place + 8 <= count {
            let a = UInt64(littleEndian: left.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let b = UInt64(littleEndian: right.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            if a != b { return place + (a ^ b).trailingZeroBitCount / 8 }
            place += 8
        }
        while place < count, left[place] == right[place] { place += 1 }
        return place
    }

    private static func piece(_ labels: UnsafeRawBufferPointer, _ start: Int) -> UnsafeRawBufferPointer? {
        var cursor = start
        guard let length = Varint.read(labels, at: &cursor), cursor + Int(length) <= labels.count else { return nil }
        return UnsafeRawBufferPointer(rebasing: labels[cursor..<cursor + Int(length)])
    }
}
