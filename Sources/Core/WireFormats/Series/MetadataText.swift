/// Names and help texts of metrics.
enum MetadataText {
    /// Longer ones are cut: they are kept in memory for each metric, and only people read them.
    static let bytesMax = 2048

    /// The text at `range`; bytes that are not UTF-8 become U+FFFD.
    static func bounded(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        guard range.count > bytesMax else { return String(decoding: bytes[range], as: UTF8.self) }
        return String(decoding: bytes[range.prefix(bytesMax)], as: UTF8.self) + "…"
    }
}
