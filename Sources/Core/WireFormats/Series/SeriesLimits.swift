/// What one series may look like, whichever way it comes in. Real ones have some 10 to 40 labels, names and
/// values below 200 bytes.
package enum SeriesLimits {
    /// A series with more labels is not taken.
    package static let labelsMax = 256
    /// A series with a longer label name is not taken.
    package static let nameBytesMax = 1024
    /// A series with a longer label value is not taken.
    package static let valueBytesMax = 16 << 10
}
