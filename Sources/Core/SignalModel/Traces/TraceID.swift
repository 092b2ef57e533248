/// Of a trace: 16 bytes, or 8 with zeros in front (Zipkin's short ones).
package struct TraceID: Hashable, Sendable {
    package var high: UInt64
    package var low: UInt64

    /// What no trace has.
    package static let none = TraceID(high: 0, low: 0)

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package var isNone: Bool { high | low == 0 }

    /// Of 1 to 32 hexadecimal digits; nil for anything else.
    package init?(hexadecimal text: some Collection<UInt8>) {
        guard text.count <= 32, let low = SpanID(hexadecimal: text.suffix(16)) else { return nil }
        var high: UInt64 = 0
        if text.count > 16 {
            guard let id = SpanID(hexadecimal: text.dropLast(16)) else { return nil }
            high = id.number
        }
        self.init(high: high, low: low.number)
    }

    /// 32 lower-case digits.
    package var hexadecimal: String { SpanID(high).hexadecimal + SpanID(low).hexadecimal }
}

extension TraceID: Comparable {
    package static func < (a: TraceID, b: TraceID) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

/// The text of a span's id; in batches an id is its number.
package struct SpanID: Hashable, Sendable {
    package var number: UInt64

    package init(_ number: UInt64) { self.number = number }

    /// Of 1 to 16 hexadecimal digits; nil for anything else.
    package init?(hexadecimal text: some Collection<UInt8>) {
        guard !text.isEmpty, text.count <= 16 else { return nil }
        var number: UInt64 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            number = number << 4 | UInt64(digit)
        }
        self.number = number
    }

    /// 16 lower-case digits.
    package var hexadecimal: String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
