/// Elasticsearch's `simple_query_string`: `"connection reset" + (api | web) -debug time*`. It refuses no text: what
/// makes no sense as an operator is read over. Operators are applied from left to right.
struct SimpleQueryParser {
    private enum Joining {
        case and
        case or
    }

    /// Over the whole query.
    private static let turnsMax = 500
    private static let special = Set("+|-\"()*~\\".unicodeScalars)

    var text: QueryText
    let fields: [FieldSelector]
    let joinsByAnd: Bool
    private var depth = 0
    private var turns = 0
    private var clauses = ClauseCount()

    init(text: QueryText, fields: [FieldSelector], joinsByAnd: Bool) {
        self.text = text
        self.fields = fields
        self.joinsByAnd = joinsByAnd
    }

    mutating func parse() throws(LogQueryError) -> LogFilter {
        var result: LogFilter?
        while !text.isAtEnd {
            if let part = try group() {
                if let left = result { result = try joined(left, part, nil) } else { result = part }
            }
            // A closing parenthesis that none opened.
            _ = text.take(")")
        }
        return result ?? .nothing
    }

    /// Up to the closing parenthesis or the end.
    private mutating func group() throws(LogQueryError) -> LogFilter? {
        var result: LogFilter?
        var joining: Joining?
        var isNegated = false
        while let character = text.peek(), character != ")" {
            switch character {
            case " ", "\t", "\n", "\r": text.offset += 1
            case "+", "|":
                text.offset += 1
                if result != nil { joining = character == "+" ? .and : .or }
            case "-":
                text.offset += 1
                isNegated.toggle()
            default:
                guard let operand = try operand() else { continue }
                let part = isNegated ? operand.negated : operand
                if let left = result { result = try joined(left, part, joining) } else { result = part }
                joining = nil
                isNegated = false
            }
        }
        return result
    }

    /// Where `+` and `|` take turns, each turn is one level deeper.
    private mutating func joined(
        _ left: LogFilter, _ right: LogFilter, _ joining: Joining?
    ) throws(LogQueryError) -> LogFilter {
        let joining = joining ?? (joinsByAnd ? .and : .or)
        switch (joining, left) {
        case (.and, .and(let parts)): return .and(parts + [right])
        case (.or, .or(let parts)): return .or(parts + [right])
        default: break
        }
        turns += 1
        guard turns <= Self.turnsMax else {
            throw LogQueryError(.tooLarge, "\"+\" and \"|\" take turns more than \(Self.turnsMax) times")
        }
        return joining == .and ? .and([left, right]) : .or([left, right])
    }

    private mutating func operand() throws(LogQueryError) -> LogFilter? {
        if text.take("(") {
            depth += 1
            guard depth <= LogQueryLimits.depthMax else {
                throw LogQueryError(.tooLarge, "groups are nested deeper than \(LogQueryLimits.depthMax)")
            }
            let inner = try group()
            _ = text.take(")")
            depth -= 1
            return inner
        }
        try clauses.add(fields.count)
        return text.peek() == "\"" ? phrase() : word()
    }

    private mutating func phrase() -> LogFilter? {
        text.offset += 1
        var content = String.UnicodeScalarView()
        while let character = text.peek(), character != "\"" {
            text.offset += 1
            if character == "\\", let next = text.peek() {
                content.append(next)
                text.offset += 1
            } else {
                content.append(character)
            }
        }
        _ = text.take("\"")
        let slop = number() ?? 0
        return content.isEmpty
            ? nil : .some(of: fields, .match(.string(String(content)), .phrase(slop: min(slop, 1000))))
    }

    private mutating func word() -> LogFilter? {
        var content = String.UnicodeScalarView()
        var isPrefix = false
        while let character = text.peek() {
            if character == "\\", let next = text.peek(1) {
                content.append(next)
                text.offset += 2
                continue
            }
            // Inside a word a minus is a character like others.
            if LuceneLexer.isBlank(character) || (Self.special.contains(character) && character != "-") { break }
            content.append(character)
            text.offset += 1
        }
        if text.peek() == "*" {
            text.offset += 1
            isPrefix = true
        }
        if content.isEmpty {
            // A star alone is everything; a stray operator nothing.
            if !isPrefix, !text.isAtEnd { text.offset += 1 }
            return isPrefix ? .some(fields.map { $0 == .any ? .all : .test($0, .exists) }) : nil
        }
        let word = String(content)
        if isPrefix { return .some(of: fields, .prefix(word, ignoresCase: false)) }
        if text.peek() == "~" {
            let edits = number().map { min($0, 2) } ?? Fuzziness.automatic(word)
            if edits > 0 { return .some(of: fields, .fuzzy(word, edits: edits, prefixCount: 0)) }
        }
        return .some(of: fields, .match(.string(word), joinsByAnd ? .allWords : .anyWord))
    }

    /// Behind a `~`; nil when there is none.
    private mutating func number() -> Int? {
        guard text.take("~") else { return nil }
        var digits = ""
        while let digit = text.peek(), ("0"..."9").contains(digit), digits.utf8.count < 9 {
            digits.unicodeScalars.append(digit)
            text.offset += 1
        }
        return Int(digits)
    }
}
