import Basics

/// A name that sorts by the time it was made: 48 bits of milliseconds, 80 of chance, in Crockford's base 32
/// (https://github.com/ulid/spec). Prometheus names blocks so.
struct ULID: Sendable, Hashable, Comparable, CustomStringConvertible {
    let description: String

    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    init(at time: Timestamp, randomness: any Randomness) {
        var text: [UInt8] = []
        let milliseconds = UInt64(max(0, time.milliseconds)) & 0xffff_ffff_ffff
        for place in stride(from: 45, through: 0, by: -5) {
            text.append(Self.digits[Int(milliseconds >> UInt64(place) & 31)])
        }
        for word in [randomness.next(), randomness.next()] {
            for place in 0..<8 { text.append(Self.digits[Int(word >> UInt64(5 * place) & 31)]) }
        }
        description = String(decoding: text, as: UTF8.self)
    }

    /// Nil when `text` is no ULID.
    init?(_ text: String) {
        guard text.utf8.count == 26, text.utf8.allSatisfy({ Self.digits.contains($0) }), text < "8" else {
            return nil
        }
        description = text
    }

    static func < (left: ULID, right: ULID) -> Bool { left.description < right.description }
}
