/// The texts of bounds seen before: a page has a few dozen of them, thousands of times.
struct BoundTexts {
    /// With more bounds than this it begins anew: nobody's histograms have so many, and they would never leave.
    private static let countMax = 4096

    private var texts: [UInt64: [UInt8]] = [:]
    private let make: @Sendable (Double) -> String

    init(_ make: @escaping @Sendable (Double) -> String = BoundText.text) { self.make = make }

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
        var end = scratch.lowerBound
        for byte in text(bound) where end < scratch.upperBound {
            bytes[end] = byte
            end += 1
        }
        return scratch.lowerBound..<end
    }

    mutating func text(_ bound: Double) -> [UInt8] {
        if let text = texts[bound.bitPattern] { return text }
        if texts.count >= Self.countMax { texts.removeAll(keepingCapacity: true) }
        let text = Array(make(bound).utf8)
        texts[bound.bitPattern] = text
        return text
    }
}
