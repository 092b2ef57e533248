/// The texts of bounds seen before: a page has a few dozen of them, thousands of times.
struct BoundTexts {
    /// With more bounds than this it begins anew: nobody's histograms have so many, and they would never leave.
    private static let countMax = 4096

    private var texts: [UInt64: [UInt8]] = [:]

    /// Where the canonical text of the number at `value` stands: there, or in `scratch`, which has room for it and is
    /// written to. What is no number stays as it is.
    mutating func normalised(
        _ value: Range<Int>, scratch: Range<Int>, in bytes: UnsafeMutableRawBufferPointer
    ) -> Range<Int> {
        // Fast path: as most exporters write it.
        if BoundText.isCanonical(value, UnsafeRawBufferPointer(bytes)) { return value }
        guard let bound = DecimalNumber.parse(UnsafeRawBufferPointer(rebasing: bytes[value])) else { return value }
        return write(bound, to: scratch, in: bytes)
    }

    /// Writes the text to `scratch`, which has room for it; returns where it stands.
    mutating func write(
        _ bound: Double, to scratch: Range<Int>, in bytes: UnsafeMutableRawBufferPointer
    ) -> Range<Int> {
        if let text = texts[bound.bitPattern] {
            var end = scratch.lowerBound
            for byte in text {
                bytes[end] = byte
                end += 1
            }
            return scratch.lowerBound..<end
        }
        if texts.count >= Self.countMax { texts.removeAll(keepingCapacity: true) }
        let range = BoundText.write(bound, to: scratch, in: bytes)
        texts[bound.bitPattern] = Array(bytes[range])
        return range
    }
}
