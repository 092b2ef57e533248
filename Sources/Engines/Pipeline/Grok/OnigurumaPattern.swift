/// Ruby's regular expressions, as Oniguruma reads them and grok's patterns are written, in PCRE2's syntax.
///
/// What differs: `\h` is a hexadecimal digit; `(?m)` lets the dot match line ends; `^` and `$` are ends of lines;
/// groups without a name do not capture once there is one with a name; `{,3}` may begin at zero.
struct OnigurumaPattern {
    struct Unsupported: Error, CustomStringConvertible {
        var description: String
    }

    /// For PCRE2, whose names of groups are `g0`, `g1` and so on.
    private(set) var translated = ""
    /// The names that the pattern gave to its groups, by their numbers in the translated names.
    private(set) var names: [String] = []
    private var rest: Substring

    init(_ pattern: String) throws(Unsupported) {
        rest = pattern[...]
        try translate()
    }

    private mutating func translate() throws(Unsupported) {
        while let character = rest.popFirst() {
            switch character {
            case "\\": try escape(inClass: false)
            case "[": try characterClass()
            case "(": try group()
            case "{" where rest.first == ",":
                translated += isQuantifierWithoutStart ? "{0" : "{"
            default: translated.append(character)
            }
        }
    }

    private var isQuantifierWithoutStart: Bool {
        guard let end = rest.firstIndex(of: "}") else { return false }
        let digits = rest[..<end].dropFirst()
        return !digits.isEmpty && digits.allSatisfy { "0"..."9" ~= $0 }
    }

    private mutating func escape(inClass: Bool) throws(Unsupported) {
        guard let letter = rest.popFirst() else { throw Unsupported(description: "end pattern at escape") }
        switch letter {
        case "h": translated += inClass ? "0-9A-Fa-f" : "[0-9A-Fa-f]"
        case "H":
            guard !inClass else { throw Unsupported(description: "\\H in a character class is not supported") }
            translated += "[^0-9A-Fa-f]"
        case "u":
            let digits = rest.prefix(4)
            guard digits.count == 4, digits.allSatisfy(\.isHexDigit) else {
                throw Unsupported(description: "too short escape sequence")
            }
            rest = rest.dropFirst(4)
            translated += "\\x{\(digits)}"
        case "k" where rest.first == "<":
            guard let end = rest.firstIndex(of: ">"),
                let number = names.lastIndex(of: String(rest[..<end].dropFirst()))
            else { throw Unsupported(description: "undefined name reference") }
            rest = rest[rest.index(after: end)...]
            translated += "\\k<g\(number)>"
        case "g" where rest.first == "<": throw Unsupported(description: "\\g<name> is not supported")
        default: translated += "\\\(letter)"
        }
    }

    /// Classes within classes and their intersections are Oniguruma's alone.
    private mutating func characterClass() throws(Unsupported) {
        translated.append("[")
        if rest.first == "^" { translated.append(rest.removeFirst()) }
        // A bracket that comes first is itself.
        if rest.first == "]" {
            rest.removeFirst()
            translated += "\\]"
        }
        while let character = rest.popFirst() {
            switch character {
            case "]":
                translated.append("]")
                return
            case "\\": try escape(inClass: true)
            case "[":
                guard rest.first == ":", let end = rest.range(of: ":]") else {
                    throw Unsupported(description: "a character class in a character class is not supported")
                }
                translated += "[" + rest[..<end.upperBound]
                rest = rest[end.upperBound...]
            case "&" where rest.first == "&":
                throw Unsupported(description: "&& in a character class is not supported")
            default: translated.append(character)
            }
        }
        throw Unsupported(description: "premature end of char-class")
    }

    private mutating func group() throws(Unsupported) {
        guard rest.first == "?" else {
            translated.append("(")
            return
        }
        let inner = rest.dropFirst()
        switch inner.first {
        case "<" where inner.dropFirst().first != "=" && inner.dropFirst().first != "!":
            guard let end = inner.firstIndex(of: ">") else { throw Unsupported(description: "invalid group name <>") }
            let name = String(inner[..<end].dropFirst())
            guard !name.isEmpty else { throw Unsupported(description: "group name is empty") }
            translated += "(?<g\(names.count)>"
            names.append(name)
            rest = inner[inner.index(after: end)...]
        case "#":
            guard let end = inner.firstIndex(of: ")") else { throw Unsupported(description: "end pattern in group") }
            rest = inner[inner.index(after: end)...]
        case "i", "m", "x", "-":
            let options = inner.prefix { "imx-".contains($0) }
            rest = inner.dropFirst(options.count)
            translated += "(?" + options.replacing("m", with: "s")
        case "~": throw Unsupported(description: "the absence operator is not supported")
        default:
            translated += "(?"
            rest = inner
        }
    }
}
