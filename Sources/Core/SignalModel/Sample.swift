package import Basics

/// One value at one time.
package struct Sample: Sendable, Hashable {
    package var timestamp: Timestamp
    package var value: Double

    @inlinable package init(timestamp: Timestamp, value: Double) {
        self.timestamp = timestamp
        self.value = value
    }
}

/// The marker a scrape or a rule writes when a series vanishes: a NaN with its own bits, so that
/// an ordinary NaN stays a value. The bits are Prometheus' (model/value).
package enum StaleMarker {
    package static let bits: UInt64 = 0x7ff0_0000_0000_0002
    package static let value = Double(bitPattern: bits)
    /// The NaN that arithmetic and parsers produce in Prometheus.
    package static let plainNaN = Double(bitPattern: 0x7ff8_0000_0000_0001)

    @inlinable package static func isStale(_ value: Double) -> Bool { value.bitPattern == bits }
}
