internal import SignalModel

/// Reads the subset of Painless that docs/pipelines.md states. Whatever else there is ends with its place.
struct PainlessParser {
    let tokens: [PainlessLexer.Token]
    var index = 0
    var scopes: [[String: Int]] = [[:]]
    private(set) var variablesCount = 0
    var depth = 0

    /// Parentheses and operators within one another. Deeper scripts are refused.
    static let depthMax = 100

    static let typeNames: Set<String> = [
        "def", "boolean", "int", "long", "float", "double", "String", "Object", "List", "ArrayList", "Collection",
        "Map", "HashMap", "Number", "Integer", "Long", "Float", "Double", "Boolean",
    ]

    init(_ text: String) throws(PainlessError) { tokens = try PainlessLexer.tokens(text) }

    // MARK: Tokens

    var token: PainlessLexer.Token { tokens[index] }

    func isSymbol(_ symbol: String, _ offset: Int = 0) -> Bool {
        index + offset < tokens.count && tokens[index + offset].kind == .symbol(symbol)
    }

    mutating func take(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        index += 1
        return true
    }

    mutating func expect(_ symbol: String) throws(PainlessError) {
        guard take(symbol) else { throw unexpected("[\(symbol)]") }
    }

    mutating func takeWord(_ word: String) -> Bool {
        guard token.kind == .identifier(word) else { return false }
        index += 1
        return true
    }

    func identifier(_ offset: Int = 0) -> String? {
        guard index + offset < tokens.count, case .identifier(let word) = tokens[index + offset].kind else {
            return nil
        }
        return word
    }

    func unexpected(_ what: String) -> PainlessError {
        let found =
            switch token.kind {
            case .identifier(let word): "[\(word)]"
            case .integer(let value): "[\(value)]"
            case .decimal(let value): "[\(value)]"
            case .string: "a string"
            case .pattern: "a pattern"
            case .symbol(let symbol): "[\(symbol)]"
            case .end: "the end of the script"
            }
        return mistake("expected \(what), not \(found)")
    }

    func mistake(_ message: String, at place: PainlessLexer.Token? = nil) -> PainlessError {
        let place = place ?? token
        return PainlessError(line: place.line, column: place.column, message: message)
    }

    // MARK: Statements

    mutating func script() throws(PainlessError) -> [PainlessStatement] {
        var statements: [PainlessStatement] = []
        while token.kind != .end { statements += try statement() }
        guard !statements.isEmpty else { throw mistake("an empty script") }
        return statements
    }

    mutating func block() throws(PainlessError) -> [PainlessStatement] {
        scopes.append([:])
        defer { scopes.removeLast() }
        guard take("{") else { return try statement() }
        var statements: [PainlessStatement] = []
        while !take("}") {
            if token.kind == .end { throw unexpected("[}]") }
            statements += try statement()
        }
        return statements
    }

    mutating func statement() throws(PainlessError) -> [PainlessStatement] {
        try deeper()
        defer { depth -= 1 }
        if take(";") { return [] }
        if isSymbol("{") { return try block() }
        if takeWord("if") {
            try expect("(")
            let condition = try expression()
            try expect(")")
            let then = try block()
            return [.condition(condition, then: then, otherwise: takeWord("else") ? try block() : [])]
        }
        if takeWord("for") { return [try loop()] }
        if takeWord("return") {
            let value = try expression()
            try endStatement()
            return [.returned(value)]
        }
        for word in ["while", "do", "try", "throw", "new", "break", "continue"] where identifier() == word {
            throw mistake("[\(word)] is not supported")
        }
        if let type = identifier(), Self.typeNames.contains(type), identifier(1) != nil, identifier(1) != "instanceof"
        {
            index += 1
            return try declaration()
        }
        if let name = identifier(), isSymbol("=", 1) {
            guard let variable = variable(name) else { throw mistake("assignment to [\(name)] is not supported") }
            index += 2
            let value = try expression()
            try endStatement()
            return [.assign(variable, value)]
        }
        let value = try expression()
        for symbol in ["=", "+=", "-=", "*=", "/=", "%=", "++", "--"] where isSymbol(symbol) {
            throw mistake("a condition cannot change the document: [\(symbol)] is not supported")
        }
        try endStatement()
        return [.expression(value)]
    }

    mutating func endStatement() throws(PainlessError) {
        if token.kind == .end || isSymbol("}") { return }
        try expect(";")
    }

    mutating func declaration() throws(PainlessError) -> [PainlessStatement] {
        var statements: [PainlessStatement] = []
        repeat {
            guard let name = identifier() else { throw unexpected("a name") }
            index += 1
            let value: PainlessExpression = take("=") ? try expression() : .constant(.null)
            statements.append(.assign(declare(name), value))
        } while take(",")
        try endStatement()
        return statements
    }

    /// `for (def x : list)` and `for (x in list)`.
    mutating func loop() throws(PainlessError) -> PainlessStatement {
        try expect("(")
        if let type = identifier(), Self.typeNames.contains(type), identifier(1) != nil { index += 1 }
        guard let name = identifier(), isSymbol(":", 1) || identifier(1) == "in" else {
            throw mistake("only [for] over the elements of a list is supported")
        }
        index += 2
        let list = try expression()
        try expect(")")
        scopes.append([:])
        defer { scopes.removeLast() }
        let variable = declare(name)
        return .each(variable, list, try block())
    }

    mutating func declare(_ name: String) -> Int {
        scopes[scopes.count - 1][name] = variablesCount
        variablesCount += 1
        return variablesCount - 1
    }

    func variable(_ name: String) -> Int? { scopes.reversed().lazy.compactMap { $0[name] }.first }
}
