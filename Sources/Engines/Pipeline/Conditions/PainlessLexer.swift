/// Tokens of a script, each with its place.
struct PainlessLexer {
    enum Kind: Hashable {
        case identifier(String)
        case integer(Int64)
        case decimal(Double)
        case string(String)
        case pattern(String, flags: String)
        case symbol(String)
        case end
    }

    struct Token {
        var kind: Kind
        var line: Int
        var column: Int
    }

    private let characters: [Character]
    private var index = 0
    private var line = 1
    private var column = 1
    private var tokens: [Token] = []

    /// Longest first.
    private static let symbols = [
        "===", "!==", "==~", "?.", "?:", "==", "!=", "<=", ">=", "&&", "||", "=~", "++", "--", "+=", "-=", "*=", "/=",
        "%=", "->", "::", "<<", ">>", "(", ")", "[", "]", "{", "}", ".", ",", ";", ":", "?", "!", "<", ">", "+", "-",
        "*", "/", "%", "=", "&", "|", "^", "~", "$", "@",
    ].map(Array.init)

    static func tokens(_ text: String) throws(PainlessError) -> [Token] {
        var lexer = PainlessLexer(characters: Array(text))
        try lexer.run()
        return lexer.tokens
    }

    private init(characters: [Character]) { self.characters = characters }

    private mutating func run() throws(PainlessError) {
        while true {
            try skipBlanks()
            let (line, column) = (line, column)
            let kind = try next()
            tokens.append(Token(kind: kind, line: line, column: column))
            if kind == .end { return }
        }
    }

    private func peek(_ offset: Int = 0) -> Character? {
        index + offset < characters.count ? characters[index + offset] : nil
    }

    private mutating func advance() {
        if characters[index].isNewline {
            line += 1
            column = 1
        } else {
            column += 1
        }
        index += 1
    }

    private mutating func skipBlanks() throws(PainlessError) {
        while let character = peek() {
            if character.isWhitespace {
                advance()
            } else if character == "/", peek(1) == "/" {
                while let character = peek(), !character.isNewline { advance() }
            } else if character == "/", peek(1) == "*" {
                let start = mistake("a comment that does not end")
                while !(peek() == "*" && peek(1) == "/") {
                    guard peek() != nil else { throw start }
                    advance()
                }
                advance()
                advance()
            } else {
                return
            }
        }
    }

    private mutating func next() throws(PainlessError) -> Kind {
        guard let character = peek() else { return .end }
        if character == "_" || character.isASCII && character.isLetter {
            var text = ""
            while let character = peek(),
                character == "_" || character.isASCII && (character.isLetter || character.isNumber)
            {
                text.append(character)
                advance()
            }
            return .identifier(text)
        }
        if character.isASCII, character.isNumber { return try number() }
        if character == "'" || character == "\"" { return try string(character) }
        if character == "/", !isAfterValue { return try pattern() }
        for symbol in Self.symbols where characters[index...].starts(with: symbol) {
            for _ in symbol { advance() }
            return .symbol(String(symbol))
        }
        throw mistake("unexpected character [\(character)]")
    }

    /// A slash divides what stands before it, or begins a pattern.
    private var isAfterValue: Bool {
        switch tokens.last?.kind {
        case .identifier(let word)?: word != "return"
        case .integer?, .decimal?, .string?, .pattern?: true
        case .symbol(let symbol)?: symbol == ")" || symbol == "]"
        case .end?, nil: false
        }
    }

    private mutating func number() throws(PainlessError) -> Kind {
        let start = mistake("a number that is too large")
        var text = ""
        var isDecimal = false
        while let character = peek() {
            if character.isASCII, character.isNumber {
                text.append(character)
            } else if character == ".", let after = peek(1), after.isASCII, after.isNumber, !isDecimal {
                isDecimal = true
                text.append(".")
            } else if character == "e" || character == "E", peek(1)?.isNumber == true || peek(2)?.isNumber == true {
                isDecimal = true
                text.append("e")
                if peek(1) == "-" || peek(1) == "+" {
                    advance()
                    text.append(characters[index])
                }
            } else {
                break
            }
            advance()
        }
        switch peek() {
        case "L"?, "l"?: advance()
        case "f"?, "F"?, "d"?, "D"?:
            advance()
            isDecimal = true
        default: break
        }
        if isDecimal, let value = Double(text) { return .decimal(value) }
        guard !isDecimal, let value = Int64(text) else { throw start }
        return .integer(value)
    }

    private mutating func string(_ quote: Character) throws(PainlessError) -> Kind {
        let start = mistake("a string that does not end")
        advance()
        var text = ""
        while let character = peek() {
            advance()
            if character == quote { return .string(text) }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            guard let escaped = peek() else { throw start }
            advance()
            switch escaped {
            case "\\", "'", "\"": text.append(escaped)
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            default: throw mistake("unknown escape [\\\(escaped)]")
            }
        }
        throw start
    }

    private mutating func pattern() throws(PainlessError) -> Kind {
        let start = mistake("a pattern that does not end")
        advance()
        var text = ""
        while let character = peek(), !character.isNewline {
            advance()
            if character == "/" {
                var flags = ""
                while let letter = peek(), letter.isASCII, letter.isLetter {
                    flags.append(letter)
                    advance()
                }
                return .pattern(text, flags: flags)
            }
            if character == "\\", peek() == "/" {
                text.append("/")
                advance()
            } else if character == "\\", let escaped = peek() {
                text.append("\\")
                text.append(escaped)
                advance()
            } else {
                text.append(character)
            }
        }
        throw start
    }

    private func mistake(_ message: String) -> PainlessError {
        PainlessError(line: line, column: column, message: message)
    }
}
