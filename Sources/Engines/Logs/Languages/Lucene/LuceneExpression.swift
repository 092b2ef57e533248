/// Regular expressions of Lucene, written for RE2.
///
/// Lucene's always match a whole value; `^` and `$` are plain characters there, `"…"` quotes, `@` is any text, `#` none,
/// `<1-9>` a range of numbers. Complement (`~`) and intersection (`&`) have no counterpart and are refused.
enum LuceneExpression {
    /// Alternatives that a range of numbers may become.
    private static let rangeCountMax: Int64 = 1000

    static func translated(_ source: String) throws(LogQueryError) -> String {
        var characters = Array(source.unicodeScalars)[...]
        var result = ""
        var depth = 0
        while let character = characters.popFirst() {
            switch character {
            case "\\":
                guard let next = characters.popFirst() else { throw error(source, "a backslash at the end") }
                result += escaped(next)
            case "\"":
                guard let end = characters.firstIndex(of: "\"") else {
                    throw error(source, "a quote that is not closed")
                }
                for quoted in characters[..<end] { result += literal(quoted) }
                characters = characters[(end + 1)...]
            case "@": result += ".*"
            case "#": result += "[^\\x00-\\x{10FFFF}]"
            case "^", "$": result += literal(character)
            case "~", "&":
                throw error(
                    source,
                    character == "~"
                        ? "complement (~) is not supported: negate the whole clause, or write \\~ for the character"
                        : "intersection (&) is not supported: join two clauses by AND, or write \\& for the character"
                )
            case "<": result += try numbers(&characters, source)
            case "[": result += try characterClass(&characters, source)
            case "(":
                if characters.first == "?" {
                    throw error(source, "\"(?\" is not part of this syntax; groups are plain parentheses")
                }
                if characters.first == ")" {
                    characters.removeFirst()
                    result += "(?:)"
                } else {
                    depth += 1
                    result += "(?:"
                }
            case ")":
                guard depth > 0 else { throw error(source, "a \")\" without its \"(\"; write \\) for the character") }
                depth -= 1
                result += ")"
            case "{": result += try repetition(&characters, source)
            case "}", "]": result += literal(character)
            case "*", "+", "?", "|", ".": result.unicodeScalars.append(character)
            default: result += literal(character)
            }
        }
        guard depth == 0 else { throw error(source, "a \"(\" without its \")\"; write \\( for the character") }
        return result
    }

    private static func error(_ source: String, _ reason: String) -> LogQueryError {
        LogQueryError(.argument, "cannot read the regular expression /\(source.prefix(200))/: \(reason)")
    }

    private static func escaped(_ character: Unicode.Scalar) -> String {
        switch character {
        case "d", "D", "s", "S", "w", "W": "\\" + String(character)
        default: literal(character)
        }
    }

    private static func literal(_ character: Unicode.Scalar) -> String {
        "\\.+*?()|[]{}^$".unicodeScalars.contains(character) ? "\\" + String(character) : String(character)
    }

    private static func characterClass(
        _ characters: inout ArraySlice<Unicode.Scalar>, _ source: String
    ) throws(LogQueryError) -> String {
        var result = "["
        if characters.first == "^" {
            characters.removeFirst()
            result += "^"
        }
        var isEmpty = true
        while let character = characters.popFirst() {
            if character == "]", !isEmpty { return result + "]" }
            isEmpty = false
            switch character {
            case "\\":
                guard let next = characters.popFirst() else { throw error(source, "a backslash at the end") }
                result += "dDsSwW".unicodeScalars.contains(next) ? "\\" + String(next) : inClass(next)
            case "-": result += "-"
            default: result += inClass(character)
            }
        }
        throw error(source, "a \"[\" without its \"]\"; write \\[ for the character")
    }

    private static func inClass(_ character: Unicode.Scalar) -> String {
        "\\[]^-".unicodeScalars.contains(character) ? "\\" + String(character) : String(character)
    }

    /// `{2}`, `{2,}`, `{2,5}`.
    private static func repetition(
        _ characters: inout ArraySlice<Unicode.Scalar>, _ source: String
    ) throws(LogQueryError) -> String {
        guard let end = characters.firstIndex(of: "}") else {
            throw error(source, "a \"{\" without its \"}\"; write \\{ for the character")
        }
        let inner = String(String.UnicodeScalarView(characters[..<end]))
        let numbers = inner.split(separator: ",", omittingEmptySubsequences: false)
        guard (1...2).contains(numbers.count), let least = Int(numbers[0]), least <= 1000,
            numbers.count == 1 || numbers[1].isEmpty || (Int(numbers[1]) ?? -1) >= least
        else {
            throw error(source, "{\(inner)} is no repetition; write {2}, {2,} or {2,5}, or \\{ for the character")
        }
        characters = characters[(end + 1)...]
        return "{" + inner + "}"
    }

    /// `<1-9>`: whole numbers, with leading zeros when both ends have as many digits.
    private static func numbers(
        _ characters: inout ArraySlice<Unicode.Scalar>, _ source: String
    ) throws(LogQueryError) -> String {
        guard let end = characters.firstIndex(of: ">") else { return "<" }
        let ends = String(String.UnicodeScalarView(characters[..<end])).split(separator: "-")
        guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]) else {
            throw error(source, "a range of numbers is written <1-99>; write \\< for the character")
        }
        let (low, high) = (min(first, last), max(first, last))
        guard high - low < rangeCountMax else {
            throw error(source, "a range of more than \(rangeCountMax) numbers; use a range query instead")
        }
        characters = characters[(end + 1)...]
        let width = ends[0].utf8.count == ends[1].utf8.count ? ends[0].utf8.count : 0
        let alternatives = (low...high).map { number in
            let digits = String(number)
            return width > 0 ? DateWriter.padded(number, width) : "0*" + digits
        }
        return "(?:" + alternatives.joined(separator: "|") + ")"
    }
}
