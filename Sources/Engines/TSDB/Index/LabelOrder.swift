import Basics
import SignalModel

/// The order of `Labels`, for sorting a hundred thousand of them: equal bytes are skipped eight at a time, and
/// pieces are only told apart where the sets differ.
enum LabelOrder {
    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                let same = commonPrefix(left, right)
                var cursor = 0
                // Both sets have the same pieces up to the one that holds the first difference.
                while true {
                    var after = cursor
                    guard let length = Varint.read(left, at: &after), after + Int(length) <= same else { break }
                    cursor = after + Int(length)
                }
                guard cursor < left.count else { return cursor < right.count }
                guard cursor < right.count else { return false }
                guard let a = piece(left, cursor), let b = piece(right, cursor) else { return false }
                return compareBytes(a, b) < 0
            }
        }
    }

    private static func commonPrefix(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let count = min(left.count, right.count)
        var place = 0
        while place + 8 <= count {
            let a = left.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let b = right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
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
