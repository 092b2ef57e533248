/// What a regular expression asks for when it is simpler than it looks. Most patterns that dashboards send are
/// lists of names, a prefix, or "anything": those need no automaton.
enum PatternShape: Equatable {
    /// One of these texts: `a|b|c`, with one group around it at most, dots escaped.
    case texts([String])
    /// `.*`
    case anything
    /// `.+`
    case nonEmpty
    /// `text.*`, or `text.+` when something must follow.
    case prefix(String, needsMore: Bool)
    case general

    /// More alternatives than this are left to the automaton, which walks each value once.
    private static let textsMax = 1000

    init(_ pattern: String) {
        var body = Substring(pattern)
        if body.hasPrefix("^") { body.removeFirst() }
        if body.hasSuffix("$"), !body.hasSuffix("\\$") { body.removeLast() }
        if let inner = Self.ungrouped(body) { body = inner }
        switch body {
        case ".*": self = .anything
        case ".+": self = .nonEmpty
        default:
            if let texts = Self.texts(body) {
                self = .texts(texts)
            } else if body.hasSuffix(".*"), let text = Self.literal(body.dropLast(2)) {
                self = .prefix(text, needsMore: false)
            } else if body.hasSuffix(".+"), let text = Self.literal(body.dropLast(2)) {
                self = .prefix(text, needsMore: true)
            } else {
                self = .general
            }
        }
    }

    private static func ungrouped(_ body: Substring) -> Substring? {
        guard body.hasPrefix("("), body.hasSuffix(")") else { return nil }
        let inner = body.hasPrefix("(?:") ? body.dropFirst(3).dropLast() : body.dropFirst().dropLast()
        return inner.contains(where: { "()?\\".contains($0) }) ? nil : inner
    }

    private static func texts(_ body: Substring) -> [String]? {
        var texts: [String] = []
        for part in body.split(separator: "|", omittingEmptySubsequences: false) {
            guard let text = literal(part), texts.count < textsMax else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// The text that `pattern` matches and nothing else; nil when it is more than a text.
    private static func literal(_ pattern: Substring) -> String? {
        var text = ""
        var isEscaped = false
        for character in pattern.unicodeScalars {
            if isEscaped {
                // A letter or digit after a backslash means something; punctuation means itself.
                guard "\\.+*?()|[]{}^$-/:,".unicodeScalars.contains(character) else { return nil }
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
                continue
            } else if ".+*?()|[]{}^$".unicodeScalars.contains(character) {
                return nil
            }
            text.unicodeScalars.append(character)
        }
        return isEscaped ? nil : text
    }
}
