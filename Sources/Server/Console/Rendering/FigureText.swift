/// Figures as people read them.
enum FigureText {
    /// `1 234 567`, with thin spaces: no locale reads them wrongly.
    static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append("\u{2009}") }
            text.append(digit)
        }
        return text
    }

    /// Three digits that matter: `0.42`, `3.14`, `31.4`, `314`, then grouped.
    static func significant(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        let magnitude = abs(value)
        if magnitude >= 100 { return grouped(Int(value.rounded())) }
        let digits = magnitude >= 10 ? 1 : 2
        let scale = digits == 1 ? 10.0 : 100.0
        let scaled = Int((magnitude * scale).rounded())
        let fraction = String(scaled % Int(scale))
        var text = "\(value < 0 ? "−" : "")\(scaled / Int(scale))"
        let padded = String(repeating: "0", count: digits - fraction.count) + fraction
        let trimmed = padded.reversed().drop { $0 == "0" }.reversed()
        if !trimmed.isEmpty { text += "." + String(trimmed) }
        return text
    }

    /// As `significant`, where a person reads that as the value; nil of what would become zero or of no number.
    static func value(_ value: Double) -> String? {
        guard value == 0 || (value.isFinite && abs(value) >= 0.01 && abs(value) < 1e15) else { return nil }
        return significant(value)
    }

    /// `1 page`, `2 pages`
    static func count(_ value: Int, _ noun: String) -> String {
        "\(grouped(value)) \(noun)\(value == 1 ? "" : "s")"
    }
}
