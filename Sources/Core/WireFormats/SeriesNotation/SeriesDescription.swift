package import SignalModel

/// A series and its values at step 0, 1, 2 …, as Prometheus' unit tests and query scripts write them:
///
///     requests_total{job="api"}  1 2+3x4 _ _x3 stale NaN {{count:2 sum:3}}x2
///
/// `2+3x4` is 2 and four more, each 3 greater; `5x2` is 5 three times; `_` is no sample, `_x3` three times none.
package struct SeriesDescription: Sendable {
    package var labels: Labels
    /// Nil where there is no sample; boxes have places in `histograms`.
    package var values: [Double?] = []
    package var histograms: [NativeHistogram] = []

    /// More values in one series throw: they are written in a few characters.
    package static let valuesMax = 1_000_000

    package struct Malformed: Error, CustomStringConvertible {
        package var line: String
        package var reason: String
        package var description: String { "\(reason) in: \(line)" }

        package init(line: String, reason: String) {
            self.line = line
            self.reason = reason
        }
    }

    package init(_ line: String) throws(Malformed) {
        let (labels, rest) = try LabelText.parse(line)
        self.labels = labels
        for word in Self.words(rest) {
            if word.hasPrefix("{{") {
                guard let series = HistogramDescription.series(word) else {
                    throw Malformed(line: line, reason: "no histogram: \(word)")
                }
                values += series.indices.map { HistogramBox.value(histograms.count + $0) }
                histograms += series
            } else {
                guard let values = Self.values(word) else {
                    throw Malformed(line: line, reason: "no value: \(word)")
                }
                self.values += values
            }
            guard values.count <= Self.valuesMax else {
                throw Malformed(line: line, reason: "more than \(Self.valuesMax) values")
            }
        }
    }

    /// `xN` of a word; nil beyond what a series may hold.
    static func times(_ text: some StringProtocol) -> Int? {
        Int(text).flatMap { (0..<valuesMax).contains($0) ? $0 : nil }
    }

    /// A histogram is one word, whatever is in its braces.
    private static func words(_ text: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var depth = 0
        for character in text + " " {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            guard depth == 0, character.isWhitespace else {
                word.append(character)
                continue
            }
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static func values(_ word: String) -> [Double?]? {
        if word == "_" { return [nil] }
        if word == "stale" { return [StaleMarker.value] }
        // There are no hexadecimal numbers here: 0x20 is zero, and twenty times more.
        guard let cross = word.lastIndex(of: "x") else { return Double(word).map { [$0] } }
        guard let count = times(word[word.index(after: cross)...]) else { return nil }
        let head = String(word[..<cross])
        if head == "_" { return Array(repeating: nil, count: count) }
        if head == "stale" { return Array(repeating: StaleMarker.value, count: count + 1) }
        if let value = Double(head) { return Array(repeating: value, count: count + 1) }
        // A sign that does not belong to the first number or to an exponent starts the increment.
        for index in head.indices.dropFirst() where head[index] == "+" || head[index] == "-" {
            if "eE".contains(head[head.index(before: index)]) { continue }
            guard let start = Double(head[..<index]), let increment = Double(head[index...]) else { continue }
            // Step by step as the language defines it, with the rounding that gives.
            var value = start
            return (0...count).map { _ in
                defer { value += increment }
                return value
            }
        }
        return nil
    }
}
