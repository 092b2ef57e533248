import SignalModel

/// Texts of strangers on their way into labels and annotations.
enum EventText {
    /// At most `bytesMax` bytes, cut between characters.
    static func cut(_ text: String, _ bytesMax: Int) -> String {
        guard text.utf8.count > bytesMax else { return text }
        var result = ""
        var bytes = "…".utf8.count
        for character in text {
            bytes += character.utf8.count
            if bytes > bytesMax { break }
            result.append(character)
        }
        return result + "…"
    }

    static func label(_ text: String) -> String {
        let line =
            text.unicodeScalars.contains { $0.properties.generalCategory == .control }
            ? String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }) : text
        return cut(line, EventLimits.labelValueBytesMax)
    }

    static func annotation(_ text: String) -> String { cut(text, EventLimits.annotationBytesMax) }

    /// Labels of ours that free-form details may say.
    static let knownLabels = ["service", "component", "team", "cluster", "environment", "kind"]

    /// `details` as lines of `name: value`, in order of the names; a text stays as it is.
    static func lines(_ details: JSONValue?) -> String {
        guard let details else { return "" }
        if let text = details.scalarText { return text }
        var lines: [String] = []
        for (name, value) in (details.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let text = value.scalarText { lines.append("\(name): \(text)") }
        }
        return lines.joined(separator: "\n")
    }
}
