/// `printf` with Go's verbs, flags, width and precision, and Go's marks for what does not fit: `%!d(string=x)`.
enum TemplatePrintf {
    private struct Directive {
        var minus = false
        var plus = false
        var sharp = false
        var space = false
        var zero = false
        var width: Int?
        var precision: Int?
        var isTooWide = false
        /// `%[n]`: which argument, from 0.
        var position: Int?
        var isBadIndex = false
    }

    static func format(_ format: String, _ values: [TemplateValue]) -> String {
        var result = ""
        var used = 0
        var hasIndexes = false
        var rest = format.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let directive = parse(&rest, values, &used)
            guard let verb = rest.popFirst() else {
                result += "%!(NOVERB)"
                break
            }
            if directive.isTooWide { result += "%!(BADWIDTH)" }
            if let position = directive.position {
                used = position
                hasIndexes = true
            }
            if directive.isBadIndex {
                result += "%!\(verb)(BADINDEX)"
            } else if verb == "%" {
                result += "%"
            } else if used < values.count {
                result += padded(text(values[used], verb, directive), directive)
                used += 1
            } else {
                result += "%!\(verb)(MISSING)"
            }
        }
        let extra = values.dropFirst(used)
        // Whoever chose arguments by number may have left some out on purpose.
        if extra.isEmpty || hasIndexes { return result }
        return result + "%!(EXTRA " + extra.map { "\($0.typeName)=\($0.printed)" }.joined(separator: ", ") + ")"
    }

    private static func parse(
        _ rest: inout Substring.UnicodeScalarView, _ values: [TemplateValue], _ used: inout Int
    ) -> Directive {
        var directive = Directive()
        flags: while let scalar = rest.first {
            switch scalar {
            case "-": directive.minus = true
            case "+": directive.plus = true
            case "#": directive.sharp = true
            case " ": directive.space = true
            case "0": directive.zero = true
            default: break flags
            }
            rest.removeFirst()
        }
        takeIndex(&rest, values, &directive)
        directive.width = number(&rest, values, &used, &directive)
        if let width = directive.width, width < 0 {
            directive.minus = true
            directive.width = -width
        }
        if rest.first == "." {
            rest.removeFirst()
            directive.precision = number(&rest, values, &used, &directive) ?? 0
        }
        takeIndex(&rest, values, &directive)
        return directive
    }

    private static func takeIndex(
        _ rest: inout Substring.UnicodeScalarView, _ values: [TemplateValue], _ directive: inout Directive
    ) {
        guard rest.first == "[", let close = rest.firstIndex(of: "]") else { return }
        let index = Int(String(rest[rest.index(after: rest.startIndex)..<close]))
        rest = rest[rest.index(after: close)...]
        if let index, (1...max(1, values.count)).contains(index), !values.isEmpty {
            directive.position = index - 1
        } else {
            directive.isBadIndex = true
        }
    }

    /// Digits, or `*` for the next argument.
    private static func number(
        _ rest: inout Substring.UnicodeScalarView, _ values: [TemplateValue], _ used: inout Int,
        _ directive: inout Directive
    ) -> Int? {
        if rest.first == "*" {
            rest.removeFirst()
            guard used < values.count else { return nil }
            used += 1
            guard case .integer(let value) = values[used - 1], value.magnitude <= UInt(TemplateLimits.printfWidthMax)
            else {
                directive.isTooWide = true
                return nil
            }
            return value
        }
        let digits = rest.prefix { ("0"..."9").contains($0) }
        if digits.isEmpty { return nil }
        rest = rest.dropFirst(digits.count)
        guard let value = Int(String(digits)), value <= TemplateLimits.printfWidthMax else {
            directive.isTooWide = true
            return nil
        }
        return value
    }

    private static func text(_ value: TemplateValue, _ verb: Unicode.Scalar, _ directive: Directive) -> String {
        if case .markup(let markup) = value { return text(.string(markup), verb, directive) }
        switch (verb, value) {
        case ("v", .float(let number)): return signed(float(number, "v", directive), directive)
        case ("v", .integer(let number)): return signed(String(number), directive)
        case ("v", .string(let text)): return directive.sharp ? GoText.quoted(text) : cut(text, directive)
        case ("v", _): return value.printedAsArgument
        case ("T", _): return value.typeName
        case ("t", .bool(let flag)): return flag ? "true" : "false"
        case ("s", .string(let text)): return cut(text, directive)
        case ("s", .labels), ("s", .time), ("s", .duration), ("s", .map), ("s", .list):
            return cut(value.printed, directive)
        case ("q", .string(let text)):
            let isRaw =
                directive.sharp && !text.unicodeScalars.contains { $0 == "`" || $0.value < 0x20 && $0 != "\t" }
            return isRaw ? "`\(cut(text, directive))`" : GoText.quoted(cut(text, directive))
        case ("q", .integer(let number)):
            return GoText.quotedCharacter(UInt32(exactly: number).flatMap(Unicode.Scalar.init))
        case ("x", .string(let text)), ("X", .string(let text)):
            return hexadecimal(text, uppercase: verb == "X", separator: directive.space ? " " : "")
        case (_, .integer(let number)): return integer(number, verb, directive) ?? bad(value, verb)
        case ("e", .float(let number)), ("E", .float(let number)), ("f", .float(let number)),
            ("F", .float(let number)),
            ("g", .float(let number)), ("G", .float(let number)):
            return signed(float(number, verb, directive), directive)
        default: return bad(value, verb)
        }
    }

    private static func bad(_ value: TemplateValue, _ verb: Unicode.Scalar) -> String {
        if case .nothing = value { return "%!\(verb)(<nil>)" }
        return "%!\(verb)(\(value.typeName)=\(value.printed))"
    }

    private static func integer(_ value: Int, _ verb: Unicode.Scalar, _ directive: Directive) -> String? {
        let sign = value < 0 ? "-" : ""
        switch verb {
        case "d": return signed(String(value), directive)
        case "b": return signed(sign + String(value.magnitude, radix: 2), directive)
        case "o": return signed(sign + (directive.sharp ? "0" : "") + String(value.magnitude, radix: 8), directive)
        case "x", "X":
            let digits = String(value.magnitude, radix: 16, uppercase: verb == "X")
            return signed(sign + (directive.sharp ? "0\(verb)" : "") + digits, directive)
        case "c":
            let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) ?? "\u{fffd}"
            return String(Character(scalar))
        case "U":
            let code = "U+" + GoText.hexadecimal(UInt64(value.magnitude), digits: 4, uppercase: true)
            guard directive.sharp, let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
                return code
            }
            return "\(code) '\(Character(scalar))'"
        default: return nil
        }
    }

    private static func float(_ value: Double, _ verb: Unicode.Scalar, _ directive: Directive) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        if directive.precision == nil, verb == "v" || verb == "g" || verb == "G" {
            let shortest = GoNumber.general(value)
            return verb == "G" ? shortest.uppercased() : shortest
        }
        let form: Character =
            switch verb {
            case "F": "f"
            case "v": "g"
            default: Character(verb)
            }
        return GoNumber.formatted(value, form, precision: directive.precision ?? 6)
    }

    /// `+` and space put something where a minus would stand.
    private static func signed(_ text: String, _ directive: Directive) -> String {
        if text.hasPrefix("-") || text.hasPrefix("+") {
            return text == "+Inf" && !directive.plus ? (directive.space ? " Inf" : text) : text
        }
        return (directive.plus ? "+" : directive.space ? " " : "") + text
    }

    private static func cut(_ text: String, _ directive: Directive) -> String {
        guard let precision = directive.precision else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision)))
    }

    private static func hexadecimal(_ text: String, uppercase: Bool, separator: String) -> String {
        text.utf8.map { GoText.hexadecimal(UInt64($0), digits: 2, uppercase: uppercase) }.joined(separator: separator)
    }

    private static func padded(_ text: String, _ directive: Directive) -> String {
        guard let width = directive.width else { return text }
        let missing = width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        if directive.minus { return text + String(repeating: " ", count: missing) }
        guard directive.zero, !text.hasSuffix("Inf"), text != "NaN" else {
            return String(repeating: " ", count: missing) + text
        }
        // Zeros go between the sign and the digits.
        let sign = text.prefix { $0 == "-" || $0 == "+" }
        return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }
}
