/// A point in time as milliseconds since 1970-01-01T00:00:00Z, the resolution samples are stored in.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    @inlinable package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Rounds to the nearest millisecond; `seconds` must be finite and within ±9e15.
    package init(seconds: Double) { milliseconds = Int64((seconds * 1000).rounded()) }

    package var seconds: Double { Double(milliseconds) / 1000 }

    package static let epoch = Timestamp(milliseconds: 0)
    /// The earliest and latest times that stay safe under the additions the engines make.
    package static let distantPast = Timestamp(milliseconds: Int64.min / 4)
    package static let distantFuture = Timestamp(milliseconds: Int64.max / 4)

    @inlinable package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (time: Timestamp, span: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + span.milliseconds)
    }

    package static func - (time: Timestamp, span: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds - span.milliseconds)
    }

    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, truncated toward zero.
    package var milliseconds: Int64 {
        let parts = components
        return parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
    }

    /// Fractional seconds, for gauges and texts.
    package var seconds: Double {
        let parts = components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
