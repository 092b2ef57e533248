/// A token of ES|QL.
struct PipeToken {
    enum Kind: Equatable {
        /// A name, dots and stars in it included.
        case name(String, isQuoted: Bool)
        case number(PipeValue)
        case text(String)
        /// `?name`, `?1`, and `?` for the next one.
        case parameter(String)
        /// `|`, `==`, `(` …
        case symbol(String)
        case end
    }

    var kind: Kind
    var start: Int
}

/// Cuts an ES|QL query into tokens.
struct PipeLexer {
    var text: QueryText
    /// The command that the tokens are of; empty where its name is expected.
    private var command = ""
    private static let symbols = [
        "==", "!=", "<=", ">=", "=~", "::", "|", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", ",", ":", "[", "]",
    ]

    private init(_ text: QueryText) { self.text = text }

    static func tokens(_ source: String) throws(LogQueryError) -> (tokens: [PipeToken], text: QueryText) {
        var lexer = PipeLexer(try QueryText(source))
        var tokens: [PipeToken] = []
        repeat { tokens.append(try lexer.next()) } while tokens[tokens.count - 1].kind != .end
        return (tokens, lexer.text)
    }

    private mutating func next() throws(LogQueryError) -> PipeToken {
        skipBlank()
        let start = text.offset
        guard let character = text.peek() else { return PipeToken(kind: .end, start: start) }
        if character == "\"" { return PipeToken(kind: .text(try quoted()), start: start) }
        if ("0"..."9").contains(character)
            || (character == "." && text.peek(1).map { ("0"..."9").contains($0) } == true)
        {
            return PipeToken(kind: .number(try number()), start: start)
        }
        if Self.isNameStart(character) || character == "`" { return try name(start) }
        if character == "?" {
            text.offset += 1
            let from = text.offset
            while let part = text.peek(), Self.isNamePart(part), part != "." { text.offset += 1 }
            return PipeToken(kind: .parameter(text.text(from..<text.offset)), start: start)
        }
        for symbol in Self.symbols where stands(symbol) {
            text.offset += symbol.utf8.count
            if symbol == "|" { command = "" }
            // In lists of columns a pattern may begin with a star.
            if symbol == "*", takesPatterns, let following = text.peek(), Self.isNamePart(following) {
                text.offset = start
                return try name(start)
            }
            return PipeToken(kind: .symbol(symbol), start: start)
        }
        throw text.error("token recognition error at: '\(character)'")
    }

    private func stands(_ symbol: String) -> Bool {
        for (distance, character) in symbol.unicodeScalars.enumerated() where text.peek(distance) != character {
            return false
        }
        return true
    }

    private mutating func skipBlank() {
        while let character = text.peek() {
            if character.properties.isWhitespace {
                text.offset += 1
            } else if character == "/", text.peek(1) == "/" {
                while !text.isAtEnd, text.peek() != "\n" { text.offset += 1 }
            } else if character == "/", text.peek(1) == "*" {
                while !text.isAtEnd, !(text.peek() == "*" && text.peek(1) == "/") { text.offset += 1 }
                text.offset += 2
            } else {
                return
            }
        }
    }

    private static func isNameStart(_ character: Unicode.Scalar) -> Bool {
        character.properties.isAlphabetic || character == "_" || character == "@"
    }

    private static func isNamePart(_ character: Unicode.Scalar) -> Bool {
        isNameStart(character) || ("0"..."9").contains(character) || character == "."
    }

    /// `service.name`, `` `a b`.c ``, `host.*`.
    private mutating func name(_ start: Int) throws(LogQueryError) -> PipeToken {
        var name = String.UnicodeScalarView()
        var isQuoted = false
        while let character = text.peek() {
            if character == "`" {
                isQuoted = true
                text.offset += 1
                while let inner = text.peek() {
                    text.offset += 1
                    if inner == "`" {
                        guard text.peek() == "`" else { break }
                        text.offset += 1
                    } else if text.isAtEnd {
                        throw text.error("expected a closing ` for the one opened here", at: start)
                    }
                    name.append(inner)
                }
            } else if Self.isNamePart(character) || (character == "-" && command == "from")
                || (character == "*" && takesPatterns)
            {
                name.append(character)
                text.offset += 1
            } else {
                break
            }
        }
        let word = String(name)
        if command.isEmpty { command = word.lowercased() }
        return PipeToken(kind: .name(word, isQuoted: isQuoted), start: start)
    }

    /// Whether names may be patterns: elsewhere a star multiplies.
    private var takesPatterns: Bool { command == "from" || command == "keep" || command == "drop" }

    private mutating func number() throws(LogQueryError) -> PipeValue {
        let start = text.offset
        var isDecimal = false
        while let character = text.peek() {
            if ("0"..."9").contains(character) {
                text.offset += 1
            } else if character == "." {
                isDecimal = true
                text.offset += 1
            } else if character == "e" || character == "E",
                text.peek(1).map({ ("0"..."9").contains($0) || $0 == "-" || $0 == "+" }) == true
            {
                isDecimal = true
                text.offset += 2
            } else {
                break
            }
        }
        let digits = text.text(start..<text.offset)
        if !isDecimal, let value = Int64(digits) { return .long(value) }
        guard let value = Double(digits) else { throw text.error("'\(digits)' is no number", at: start) }
        return .double(value)
    }

    private mutating func quoted() throws(LogQueryError) -> String {
        let start = text.offset
        let isTriple = text.peek(1) == "\"" && text.peek(2) == "\""
        text.offset += isTriple ? 3 : 1
        var content = String.UnicodeScalarView()
        while let character = text.peek() {
            if character == "\"", !isTriple || (text.peek(1) == "\"" && text.peek(2) == "\"") {
                text.offset += isTriple ? 3 : 1
                return String(content)
            }
            text.offset += 1
            guard character == "\\", !isTriple, let next = text.peek() else {
                content.append(character)
                continue
            }
            text.offset += 1
            switch next {
            case "n": content.append("\n")
            case "t": content.append("\t")
            case "r": content.append("\r")
            case "\"", "\\": content.append(next)
            default: throw text.error("a backslash stands before one of \" \\ n r t", at: text.offset - 2)
            }
        }
        throw text.error("expected a closing \(isTriple ? "\"\"\"" : "\"") for the text opened here", at: start)
    }
}
