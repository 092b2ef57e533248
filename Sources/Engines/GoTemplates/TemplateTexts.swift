import Basics

/// Functions on texts.
enum TemplateTexts {
    static func call(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateValue {
        switch arguments.function {
        case "print": return .string(printed(arguments.values))
        case "println": return .string(arguments.values.map(\.printedAsArgument).joined(separator: " ") + "\n")
        case "printf":
            try arguments.expect(atLeast: 1)
            return .string(TemplatePrintf.format(try arguments.string(0), Array(arguments.values.dropFirst())))
        case "html": return .string(GoText.htmlEscaped(printed(arguments.values)))
        case "js": return .string(GoText.scriptEscaped(printed(arguments.values)))
        case "urlquery": return .string(GoText.queryEscaped(printed(arguments.values)))
        case "reReplaceAll":
            try arguments.expect(3)
            return .string(
                try replaceAll(try arguments.string(0), try arguments.string(1), try arguments.string(2), arguments))
        case "match":
            try arguments.expect(2)
            let expression = try compile(try arguments.string(0), arguments)
            return .bool(expression.firstMatch(in: try arguments.string(1)) != nil)
        case "safeHtml":
            try arguments.expect(1)
            return .markup(try arguments.string(0))
        default:
            try arguments.expect(1)
            return .string(converted(try arguments.string(0), arguments.function))
        }
    }

    private static func converted(_ text: String, _ function: String) -> String {
        switch function {
        case "title": titled(text)
        case "toUpper": mapped(text, \.uppercaseMapping)
        case "toLower": mapped(text, \.lowercaseMapping)
        case "graphLink": "/graph?g0.expr=\(GoText.queryEscaped(text))&g0.tab=0"
        case "tableLink": "/graph?g0.expr=\(GoText.queryEscaped(text))&g0.tab=1"
        case "stripPort": URLText.splitHostPort(text)?.host ?? text
        case "stripDomain": URLText.withoutDomain(text)
        default: GoText.queryEscaped(text)
        }
    }

    /// Go changes case letter by letter: one that would become two, as ß, stays.
    private static func mapped(_ text: String, _ mapping: KeyPath<Unicode.Scalar.Properties, String>) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let change = scalar.properties[keyPath: mapping].unicodeScalars
            result.unicodeScalars.append(change.count == 1 ? change.first ?? scalar : scalar)
        }
        return result
    }

    /// `fmt.Sprint`: a space between operands where neither is a text.
    private static func printed(_ values: [TemplateValue]) -> String {
        var result = ""
        var previousIsText = true
        for (index, value) in values.enumerated() {
            let isText = if case .string = value { true } else { false }
            if index > 0, !isText, !previousIsText { result += " " }
            result += value.printedAsArgument
            previousIsText = isText
        }
        return result
    }

    /// The first letter of each word in upper case, the others as they are.
    private static func titled(_ text: String) -> String {
        var result = ""
        var isInWord = false
        for character in text {
            let isWord = character.isLetter || character.isNumber || character == "'" || character == "_"
            result += isWord && !isInWord ? character.uppercased() : String(character)
            isInWord = isWord
        }
        return result
    }

    private static func compile(
        _ pattern: String, _ arguments: TemplateArguments
    ) throws(TemplateFailure) -> RegularExpression {
        // Go's `.` does not match a newline unless asked; ours does unless told.
        do { return try RegularExpression("(?-s)" + pattern) } catch {
            throw arguments.failure("error parsing regexp: \(error.reason.replacing("(?-s)", with: ""))")
        }
    }

    private static func replaceAll(
        _ pattern: String, _ replacement: String, _ text: String, _ arguments: TemplateArguments
    ) throws(TemplateFailure) -> String {
        let expression = try compile(pattern, arguments)
        let plan = ReplacementPlan(replacement, for: expression)
        var result = ""
        let bytes = text.utf8
        var offset = 0
        var copied = 0
        while offset <= bytes.count, let match = expression.firstMatch(in: text, from: offset), let whole = match[0] {
            let start = bytes.distance(from: bytes.startIndex, to: whole.startIndex)
            let end = start + whole.utf8.count
            result += String(decoding: bytes.dropFirst(copied).prefix(start - copied), as: UTF8.self)
            // As in Go: an empty match right behind another match is no match of its own.
            if end > start || start > copied || start == 0 { result += plan.expand(match) }
            if result.utf8.count > TemplateLimits.textBytesMax {
                throw arguments.failure("result is longer than \(TemplateLimits.textBytesMax) bytes")
            }
            copied = end
            offset = end > start ? end : nextCharacter(bytes, after: end)
        }
        return result + String(decoding: bytes.dropFirst(copied), as: UTF8.self)
    }

    private static func nextCharacter(_ bytes: String.UTF8View, after offset: Int) -> Int {
        var next = offset + 1
        while next < bytes.count, bytes[bytes.index(bytes.startIndex, offsetBy: next)] & 0xc0 == 0x80 { next += 1 }
        return next
    }
}
