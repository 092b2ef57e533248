import Logs

/// The words of a TraceQL query.
enum TraceQLToken: Hashable {
    case symbol(String)
    /// A field, `nil`, `true`, or the name of a status or kind.
    case name(String)
    case string(String)
    case integer(Int64)
    case double(Double)
    /// Nanoseconds.
    case duration(Int64)
    case end
}

struct TraceQLLexer {
    private let text: [Character]
    private var offset = 0
    private(set) var start = 0

    init(_ text: String) { self.text = Array(text) }

    private static let symbols = [
        "&&", "||", "=~", "!~", "!=", ">=", "<=", ">>", "<<", "{", "}", "(", ")", "=", ">", "<", "!", "|", "~", ",",
    ]
    /// Longer queries are refused.
    static let charactersMax = 10_000

    func error(_ message: String, at place: Int? = nil) -> LogQueryError {
        var (line, column) = (1, 1)
        for character in text.prefix(place ?? start) {
            if character.isNewline { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        return LogQueryError(.syntax, message, at: LogQueryError.Place(line: line, column: column))
    }

    mutating func next() throws(LogQueryError) -> TraceQLToken {
        while offset < text.count, text[offset].isWhitespace { offset += 1 }
        start = offset
        guard offset < text.count else { return .end }
        let character = text[offset]
        if character == "\"" || character == "`" { return .string(try string(character)) }
        if character.isASCII, character.isNumber || character == "-" && isDigit(offset + 1) { return try number() }
        if isNameCharacter(character) || character == "." { return .name(try name()) }
        for symbol in Self.symbols where text[offset...].starts(with: symbol) {
            offset += symbol.count
            return .symbol(symbol)
        }
        throw error("'\(character)' has no meaning here")
    }

    private func isDigit(_ place: Int) -> Bool { place < text.count && text[place].isASCII && text[place].isNumber }

    private func isNameCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_-.:/@".contains(character)
    }

    private mutating func string(_ quote: Character) throws(LogQueryError) -> String {
        offset += 1
        var result = ""
        while offset < text.count, text[offset] != quote {
            if quote == "\"", text[offset] == "\\", offset + 1 < text.count {
                offset += 1
                switch text[offset] {
                case "n": result.append("\n")
                case "t": result.append("\t")
                case "r": result.append("\r")
                default: result.append(text[offset])
                }
            } else {
                result.append(text[offset])
            }
            offset += 1
        }
        guard offset < text.count else { throw error("a string without an end") }
        offset += 1
        return result
    }

    /// Names may have quoted parts: `span."a name"`.
    private mutating func name() throws(LogQueryError) -> String {
        var result = ""
        while offset < text.count {
            if text[offset] == "\"", result.hasSuffix(".") {
                result += try string("\"")
            } else if isNameCharacter(text[offset]) {
                result.append(text[offset])
                offset += 1
            } else {
                break
            }
        }
        return result
    }

    private static let units: [(String, Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]

    private mutating func number() throws(LogQueryError) -> TraceQLToken {
        var total = 0.0
        var isDuration = false
        while offset < text.count {
            var digits = ""
            if digits.isEmpty, !isDuration, text[offset] == "-" {
                digits = "-"
                offset += 1
            }
            while offset < text.count, text[offset] == "." || isDigit(offset) {
                digits.append(text[offset])
                offset += 1
            }
            guard !digits.isEmpty else { break }
            var unit = ""
            while offset < text.count, text[offset].isLetter {
                unit.append(text[offset])
                offset += 1
            }
            guard let value = Double(digits), value.isFinite else { throw error("'\(digits)' is no number") }
            if unit.isEmpty {
                guard !isDuration else { throw error("a duration ends with a unit, as 1h30m does") }
                if let whole = Int64(digits) { return .integer(whole) }
                return .double(value)
            }
            guard let factor = Self.units.first(where: { $0.0 == unit })?.1 else {
                throw error("'\(unit)' is no unit of time: ns, us, ms, s, m and h are")
            }
            isDuration = true
            total += value * factor
            guard isDigit(offset) else { break }
        }
        guard abs(total) < 9e18 else { throw error("a duration longer than 292 years") }
        return .duration(Int64(total))
    }
}
