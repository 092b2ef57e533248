import SignalModel

/// Writes labels in the packed layout of `Labels` to memory that is known to be large enough.
struct LabelPacker {
    /// Bytes beyond the last one written that `append` may touch.
    static let slack = 16
    /// Bytes of the two lengths of a label: both are below 2^21 by `SeriesLimits`.
    static let lengthsMax = 6

    private let target: UnsafeMutableRawPointer
    private let room: Int
    private(set) var count = 0

    init(_ target: UnsafeMutableRawPointer, room: Int) {
        self.target = target
        self.room = room
    }

    @inline(__always)
    mutating func append(_ place: LabelCollector.Place, _ bytes: UnsafeRawBufferPointer) {
        append(piece: Int(place.nameStart), Int(place.nameCount), bytes)
        append(piece: Int(place.valueStart), Int(place.valueCount), bytes)
    }

    @inline(__always)
    private mutating func append(piece start: Int, _ length: Int, _ bytes: UnsafeRawBufferPointer) {
        assert(count + length + Self.lengthsMax / 2 <= room)
        if length < 0x80 {
            target.storeBytes(of: UInt8(truncatingIfNeeded: length), toByteOffset: count, as: UInt8.self)
            count += 1
        } else {
            appendLength(length)
        }
        // Fast path: two words, though fewer bytes may be wanted; the next piece overwrites the rest.
        if length <= 16, start + 16 <= bytes.count {
            let low = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            let high = bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
            target.storeBytes(of: low, toByteOffset: count, as: UInt64.self)
            target.storeBytes(of: high, toByteOffset: count + 8, as: UInt64.self)
        } else if length > 0, let base = bytes.baseAddress {
            (target + count).copyMemory(from: base + start, byteCount: length)
        }
        count += length
    }

    private mutating func appendLength(_ length: Int) {
        var left = length
        while left >= 0x80 {
            target.storeBytes(of: UInt8(truncatingIfNeeded: left) | 0x80, toByteOffset: count, as: UInt8.self)
            left >>= 7
            count += 1
        }
        target.storeBytes(of: UInt8(left), toByteOffset: count, as: UInt8.self)
        count += 1
    }

    /// Both sides are sorted; where they share a name, the override wins.
    mutating func merge(
        _ places: UnsafeBufferPointer<LabelCollector.Place>, _ bytes: UnsafeRawBufferPointer,
        _ overrides: LabelOverrides
    ) {
        overrides.bytes.withUnsafeBytes { forced in
            overrides.pieces.withUnsafeBufferPointer { pieces in
                var next = 0
                for place in places {
                    var isOverridden = false
                    while next < pieces.count, !isOverridden {
                        let order = Self.order(pieces[next], forced, place, bytes)
                        if order > 0 { break }
                        copy(forced, pieces[next].packed)
                        next += 1
                        isOverridden = order == 0
                    }
                    if !isOverridden, place.valueCount > 0 { append(place, bytes) }
                }
                for piece in pieces[next...] { copy(forced, piece.packed) }
            }
        }
    }

    @inline(__always)
    private static func order(
        _ piece: LabelOverrides.Piece, _ forced: UnsafeRawBufferPointer, _ place: LabelCollector.Place,
        _ bytes: UnsafeRawBufferPointer
    ) -> Int {
        // Fast path: names mostly differ within eight bytes.
        let prefix = namePrefix(bytes, place.name)
        if piece.prefix != prefix { return piece.prefix < prefix ? -1 : 1 }
        return compareBytes(
            UnsafeRawBufferPointer(rebasing: forced[piece.name]), UnsafeRawBufferPointer(rebasing: bytes[place.name]))
    }

    private mutating func copy(_ forced: UnsafeRawBufferPointer, _ range: Range<Int>) {
        guard let base = forced.baseAddress else { return }
        (target + count).copyMemory(from: base + range.lowerBound, byteCount: range.count)
        count += range.count
    }
}
