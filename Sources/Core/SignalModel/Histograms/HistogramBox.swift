/// How a histogram stands in a column of floats: as a NaN that says at which place of a list the histogram is. So a
/// float's path knows nothing of histograms, and a look at the bits tells them apart.
///
/// No arithmetic makes such bits (they signal, with the sign set), and what comes from outside passes `canonical`.
package enum HistogramBox {
    @inlinable @inline(__always)
    package static func isBox(_ value: Double) -> Bool { value.bitPattern >> 48 == 0xfff4 }

    @inlinable @inline(__always)
    package static func value(_ place: Int) -> Double {
        Double(bitPattern: 0xfff4 << 48 | UInt64(truncatingIfNeeded: place))
    }

    /// Only of a box.
    @inlinable @inline(__always)
    package static func place(_ value: Double) -> Int { Int(value.bitPattern & (1 << 48 - 1)) }

    /// A float from outside: one that looks like a box is an ordinary NaN.
    @inlinable @inline(__always)
    package static func canonical(_ value: Double) -> Double { isBox(value) ? StaleMarker.plainNaN : value }
}
