/// What one document may hold. Beyond any of these it is refused as `tooLarge`, with the place.
package enum DocumentLimits {
    /// Objects and arrays within one another. Nothing here calls itself a level, but trees free themselves so.
    package static let depthMax = 1000
    /// Members and elements, on all levels.
    package static let valuesMax = 1_000_000
    /// Of a flattened name: the members of its way, with dots.
    package static let nameBytesMax = 16 << 10
    /// Of a whole document; also what keeps offsets within 32 bits.
    package static let bytesMax = 256 << 20
}
