extension KQLParser {
    enum Comparison {
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual
    }

    mutating func takeComparison() -> Comparison? {
        guard let first = text.peek(), first == "<" || first == ">" else { return nil }
        text.offset += 1
        let isInclusive = text.take("=")
        return first == "<" ? (isInclusive ? .lessOrEqual : .less) : (isInclusive ? .greaterOrEqual : .greater)
    }

    func isSpace(_ character: Unicode.Scalar?) -> Bool {
        switch character {
        case " ", "\t", "\r", "\n", "\u{a0}": true
        default: false
        }
    }

    mutating func skipSpace() {
        while isSpace(text.peek()) { text.offset += 1 }
    }

    /// `and` or `or` between spaces, in any case.
    mutating func takeWord(_ word: StaticString) -> Bool {
        guard let count = wordCount(word) else { return false }
        text.offset += count
        return true
    }

    /// How many characters a joining word takes with the spaces around it; nil when it does not stand here.
    private func wordCount(_ word: StaticString) -> Int? {
        var distance = 0
        while isSpace(text.peek(distance)) { distance += 1 }
        guard distance > 0, text.has(word, at: distance) else { return nil }
        distance += word.utf8CodeUnitCount
        let end = distance
        while isSpace(text.peek(distance)) { distance += 1 }
        return distance > end ? distance : nil
    }

    mutating func takeNot() -> Bool {
        guard isNot else { return false }
        text.offset += 3
        skipSpace()
        return true
    }

    private var isNot: Bool {
        guard text.has("not"), isSpace(text.peek(3)) else { return false }
        guard let before = text.peek(-1) else { return true }
        return isSpace(before) || before == "(" || before == "{" || before == ":" || before == ")"
    }

    /// Whether an unquoted value ends before a joining word that begins here.
    var isAtKeyword: Bool { wordCount("or") != nil || wordCount("and") != nil || isNot }
}
