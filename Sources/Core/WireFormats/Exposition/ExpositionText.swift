import SignalModel

/// How the text parsers lay their input out: the name of the metric's name first, then room for a bound in another
/// form, then the text and a line feed, so that every line ends with one and a label is two ranges of one array.
enum ExpositionText {
    static let nameRange = 0..<8
    static let boundRange = 8..<8 + BoundText.bytesMax
    private static let start = boundRange.upperBound

    /// Calls `body` with a scanner at the text's first byte. More than a label's range can address is refused.
    static func scan(
        _ text: UnsafeRawBufferPointer, _ body: (inout ExpositionScanner) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        guard text.count <= LabelCollector.bytesMax - start - 1 else {
            throw WireFormatError(.tooLarge, .whole, "an exposition of \(text.count) bytes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(start + text.count + 1)
        bytes.append(contentsOf: Labels.metricName.utf8)
        bytes.append(contentsOf: repeatElement(0, count: BoundText.bytesMax))
        bytes.append(contentsOf: text)
        bytes.append(0x0a)
        let outcome = bytes.withUnsafeMutableBytes { all -> Result<Void, WireFormatError> in
            var scanner = ExpositionScanner(all, from: start)
            do throws(WireFormatError) { return .success(try body(&scanner)) } catch { return .failure(error) }
        }
        try outcome.get()
    }
}
