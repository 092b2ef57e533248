import SignalModel

/// The grammar of Alertmanager 0.27 and later. Errors name the columns of what was found, from 0.
struct UTF8MatcherParser {
    private enum Token: Equatable {
        case openBrace
        case closeBrace
        case comma
        case operation(Matcher.Operation)
        case text(String)
        case end
    }

    private let scalars: [Unicode.Scalar]
    private var cursor = 0
    private var token = Token.end
    private var tokenStart = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func parse() throws(AlertingError) -> [Matcher] {
        var matchers: [Matcher] = []
        try advance()
        let isBraced = token == .openBrace
        if isBraced { try advance() }
        while case .text(let name) = token {
            try advance()
            guard case .operation(let operation) = token else {
                throw unexpected("an operator such as '=', '!=', '=~' or '!~'")
            }
            try advance()
            guard case .text(let value) = token else { throw unexpected("label value") }
            matchers.append(try MatcherParser.matcher(name, operation, value))
            try advance()
            guard token == .comma else { break }
            try advance()
            guard token != .comma else { throw unexpected("a matcher or close brace after comma") }
        }
        if isBraced {
            guard token == .closeBrace else {
                throw unexpected(matchers.isEmpty && token != .end ? "label name" : "close brace")
            }
            try advance()
        } else if token == .closeBrace {
            throw error("}: expected opening brace")
        }
        guard token == .end else { throw unexpected(matchers.isEmpty ? "label name" : "a comma or close brace") }
        return matchers
    }

    // MARK: Tokens

    private static let reserved = Set("{}!=~,\\\"'`".unicodeScalars)

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isWhitespace && !reserved.contains(scalar)
    }

    private mutating func advance() throws(AlertingError) {
        while cursor < scalars.count, scalars[cursor].properties.isWhitespace { cursor += 1 }
        tokenStart = cursor
        guard cursor < scalars.count else {
            token = .end
            return
        }
        let scalar = scalars[cursor]
        cursor += 1
        switch scalar {
        case "{": token = .openBrace
        case "}": token = .closeBrace
        case ",": token = .comma
        case "=": token = .operation(take("~") ? .matches : .equal)
        case "!":
            if take("=") {
                token = .operation(.notEqual)
            } else if take("~") {
                token = .operation(.notMatches)
            } else {
                throw error("!: expected one of '=~'")
            }
        case "\"": token = .text(try quotedText())
        case _ where Self.isPlain(scalar):
            while cursor < scalars.count, Self.isPlain(scalars[cursor]) { cursor += 1 }
            token = .text(source(tokenStart, cursor))
        default: throw error("\(scalar): invalid input")
        }
    }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard cursor < scalars.count, scalars[cursor] == wanted else { return false }
        cursor += 1
        return true
    }

    /// Go's `strconv.Unquote` of a double-quoted text whose opening quote is taken.
    private mutating func quotedText() throws(AlertingError) -> String {
        var bytes: [UInt8] = []
        while cursor < scalars.count {
            let scalar = scalars[cursor]
            cursor += 1
            switch scalar {
            case "\"":
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw error("\(source(tokenStart, cursor)): invalid input")
                }
                return text
            case "\n": throw error("\(source(tokenStart, cursor - 1)): invalid input")
            case "\\":
                guard let escaped = escape() else { throw error("\(source(tokenStart, cursor)): invalid input") }
                bytes += escaped
            default: bytes += String(scalar).utf8
            }
        }
        throw error("\(source(tokenStart, cursor)): missing end \"")
    }

    private mutating func escape() -> [UInt8]? {
        guard cursor < scalars.count else { return nil }
        let scalar = scalars[cursor]
        cursor += 1
        switch scalar {
        case "a": return [7]
        case "b": return [8]
        case "f": return [12]
        case "n": return [10]
        case "r": return [13]
        case "t": return [9]
        case "v": return [11]
        case "\\", "\"": return Array(String(scalar).utf8)
        case "x": return digits(2, radix: 16).flatMap { UInt8(exactly: $0) }.map { [$0] }
        case "u": return digits(4, radix: 16).flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
        case "U": return digits(8, radix: 16).flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
        case "0"..."7":
            cursor -= 1
            return digits(3, radix: 8).flatMap { UInt8(exactly: $0) }.map { [$0] }
        default: return nil
        }
    }

    private mutating func digits(_ count: Int, radix: Int) -> UInt32? {
        guard cursor + count <= scalars.count else { return nil }
        let text = source(cursor, cursor + count)
        cursor += count
        return text.hasPrefix("+") || text.hasPrefix("-") ? nil : UInt32(text, radix: radix)
    }

    // MARK: Errors

    private func source(_ start: Int, _ end: Int) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<end])
        return text
    }

    private func error(_ message: String) -> AlertingError {
        AlertingError(.invalid, "\(tokenStart):\(cursor): \(message)")
    }

    private func unexpected(_ wanted: String) -> AlertingError {
        token == .end
            ? AlertingError(.invalid, "0:\(cursor): end of input: expected \(wanted)")
            : error("unexpected \(source(tokenStart, cursor)): expected \(wanted)")
    }
}
