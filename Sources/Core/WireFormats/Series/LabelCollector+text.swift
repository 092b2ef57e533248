import SignalModel

extension LabelCollector {
    /// Labels shown of a series that is refused.
    private static let shownMax = 8
    /// Bytes shown of each of their names and values.
    private static let shownBytesMax = 64

    /// The labels as they came, for a person to recognise the series by: shortened, U+FFFD for what is not UTF-8.
    func text(_ bytes: UnsafeRawBufferPointer) -> String {
        func shown(_ start: UInt32, _ count: UInt32) -> String {
            let range = Int(start)..<Int(start) + min(Int(count), Self.shownBytesMax)
            return quoted(String(decoding: bytes[range], as: UTF8.self)) + (count > Self.shownBytesMax ? "…" : "")
        }
        var parts = collected.prefix(Self.shownMax).map { place in
            shown(place.nameStart, place.nameCount) + "=" + shown(place.valueStart, place.valueCount)
        }
        if count > Self.shownMax { parts.append("… \(count) labels") }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}
