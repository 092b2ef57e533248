package import SignalModel

/// One line of a `load` block: a series and its values at step 0, 1, 2 ….
///
///     requests_total{job="api"}  1 2+3x4 _ _x3 stale NaN
///
/// `2+3x4` is 2 and four more, each 3 greater; `5x2` is 5 three times; `_` is no sample, `_x3` three times none.
package struct SeriesDescription {
    package var labels: Labels
    /// Nil where there is no sample; boxes have places in `histograms`.
    package var values: [Double?] = []
    package var histograms: [NativeHistogram] = []

    package struct Malformed: Error, CustomStringConvertible {
        package var line: String
        package var reason: String
        package var description: String { "\(reason) in: \(line)" }
    }

    package init(_ line: String) throws {
        let (labels, rest) = try LabelText.parse(line)
        self.labels = labels
        for word in Self.words(rest) {
            if word.hasPrefix("{{") {
                guard let series = HistogramDescription.series(word) else {
                    throw Malformed(line: line, reason: "no histogram: \(word)")
                }
                values += series.indices.map { HistogramBox.value(histograms.count + $0) }
                histograms += series
                continue
            }
            guard let values = Self.values(String(word)) else {
                throw Malformed(line: line, reason: "no value: \(word)")
            }
            self.values += values
        }
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
        return words
    }

    private static func values(_ word: String) -> [Double?]? {
        if word == "_" { return [nil] }
        if word == "stale" { return [StaleMarker.value] }
        guard let times = word.lastIndex(of: "x"), let count = Int(word[word.index(after: times)...]) else {
            return Double(word).map { [$0] }
        }
        let head = String(word[..<times])
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
