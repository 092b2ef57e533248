/// A query in KQL for the lines of a pattern: all that have its words. Others may have them too.
enum PatternQuery {
    /// Words beyond it narrow no more.
    private static let partsMax = 20

    static func text(_ words: [String], field: String, _ classes: FieldClasses) -> String? {
        let name = escaped(field)
        guard classes.class(of: field) == .text else {
            // Whole values: what stands between holes, in its order.
            let parts = words.map { $0.replacing(LineShape.hole, with: "\u{0}") }.joined(separator: " ")
                .split(separator: "\u{0}", omittingEmptySubsequences: false).map { escaped(String($0)) }
            guard parts.contains(where: { !$0.isEmpty }) else { return nil }
            return "\(name):\(parts.joined(separator: "*"))"
        }
        let phrases = phrases(words)
        guard !phrases.isEmpty else { return nil }
        return phrases.map { "\(name):\"\($0)\"" }.joined(separator: " and ")
    }

    /// Runs of words that no hole interrupts or touches.
    static func phrases(_ words: [String]) -> [String] {
        let line = Array(words.joined(separator: " ").replacing(LineShape.hole, with: "\u{0}").unicodeScalars)
        var phrases: [String] = []
        var run: [String] = []
        var index = 0
        func close() {
            if !run.isEmpty { phrases.append(run.joined(separator: " ")) }
            run = []
        }
        while index < line.count {
            let isHole = line[index] == "\u{0}"
            guard isHole || WordScanner.isWord(line[index]) || line[index] == "…" else {
                index += 1
                continue
            }
            var end = index
            var isTouched = false
            while end < line.count, line[end] == "\u{0}" || line[end] == "…" || WordScanner.isWord(line[end]) {
                if line[end] == "\u{0}" || line[end] == "…" { isTouched = true }
                end += 1
            }
            if isTouched {
                close()
            } else {
                var word = String.UnicodeScalarView()
                word.append(contentsOf: line[index..<end])
                run.append(String(word))
            }
            index = end
        }
        close()
        return Array(phrases.prefix(partsMax))
    }

    /// Outside of quotes: what would be an operator or a joining word is itself.
    private static func escaped(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            if ["and", "or", "not"].contains(word.lowercased()) { return "\\" + word }
            var result = ""
            for character in word {
                switch character {
                case "\t": result += "\\t"
                case "\r": result += "\\r"
                case "\n": result += "\\n"
                default:
                    if "\\():<>\"*{}".contains(character) { result.append("\\") }
                    result.append(character)
                }
            }
            return result
        }.joined(separator: " ")
    }
}
