/// Tokens to syntax tree, with Go's checks: known functions, declared variables, matched `end`s.
struct TemplateParser {
    private let bytes: [UInt8]
    private let name: String
    private let tokens: [TemplateToken]
    private var cursor = 0
    private var nesting = 0
    private var loops = 0
    /// Variables in scope, innermost last.
    private var variables: [String]
    private let dialect: TemplateDialect
    private let source: String
    private(set) var definitions: [String: TemplateBody] = [:]

    /// What stands where a list of nodes ends.
    private enum Ending: Equatable {
        case endOfInput
        case end
        case otherwise
    }

    init(_ source: String, name: String, dialect: TemplateDialect) throws(TemplateError) {
        bytes = Array(source.utf8)
        self.source = source
        self.name = name
        self.dialect = dialect
        variables = ["$"] + dialect.variables
        if bytes.count > dialect.sourceBytesMax {
            throw TemplateError(
                line: 1, column: 1, message: "template is longer than \(dialect.sourceBytesMax) bytes", name: name)
        }
        var lexer = TemplateLexer(source, name: name)
        tokens = try lexer.tokenize()
    }

    mutating func parse() throws(TemplateError) -> [TemplateNode] {
        let (nodes, ending) = try parseList()
        switch ending {
        case .endOfInput: return nodes
        case .end: throw error(at: previous.offset, "unexpected {{end}}")
        case .otherwise: throw error(at: previous.offset, "unexpected {{else}}")
        }
    }

    // MARK: Lists and actions

    /// Nodes up to `{{end}}`, `{{else` or the end of the source; the keyword itself is consumed.
    private mutating func parseList() throws(TemplateError) -> ([TemplateNode], Ending) {
        nesting += 1
        defer { nesting -= 1 }
        if nesting > TemplateLimits.nestingMax {
            throw error(at: token.offset, "nested deeper than \(TemplateLimits.nestingMax) levels")
        }
        var nodes: [TemplateNode] = []
        while true {
            let current = advance()
            switch current.kind {
            case .endOfInput: return (nodes, .endOfInput)
            case .text(let text): nodes.append(.text(text))
            default:
                if case .word("end") = token.kind {
                    _ = advance()
                    try expectClosing("end")
                    return (nodes, .end)
                }
                if case .word("else") = token.kind {
                    _ = advance()
                    return (nodes, .otherwise)
                }
                if let node = try parseAction(opening: current) { nodes.append(node) }
            }
        }
    }

    private mutating func parseAction(opening: TemplateToken) throws(TemplateError) -> TemplateNode? {
        guard case .word(let word) = token.kind else { return .action(try parseActionPipeline()) }
        switch word {
        case "if":
            _ = advance()
            return try parseBranch("if", opening) { .conditional($0, then: $1, otherwise: $2) }
        case "with":
            _ = advance()
            return try parseBranch("with", opening) { .with($0, body: $1, otherwise: $2) }
        case "range":
            _ = advance()
            return try parseBranch("range", opening) { .range($0, body: $1, otherwise: $2) }
        case "define":
            try parseDefinition(opening)
            return nil
        case "block": return try parseBlock(opening)
        case "template": return try parseInvocation()
        case "break", "continue":
            let keyword = advance()
            try expectClosing(word)
            if loops == 0 { throw error(at: keyword.offset, "{{\(word)}} outside {{range}}") }
            return word == "break" ? .breakLoop : .continueLoop
        default: return .action(try parseActionPipeline())
        }
    }

    private mutating func parseActionPipeline() throws(TemplateError) -> TemplatePipeline {
        try parsePipeline(in: "command", until: .rightDelimiter)
    }

    private mutating func parseBranch(
        _ keyword: String, _ opening: TemplateToken,
        _ build: (TemplatePipeline, [TemplateNode], [TemplateNode]) -> TemplateNode
    ) throws(TemplateError) -> TemplateNode {
        let scope = variables.count
        defer { variables.removeSubrange(scope...) }
        let pipeline = try parsePipeline(in: keyword, until: .rightDelimiter)
        if keyword == "range" { loops += 1 }
        let (body, ending) = try parseList()
        if keyword == "range" { loops -= 1 }
        var otherwise: [TemplateNode] = []
        switch ending {
        case .endOfInput: throw error(at: opening.offset, "unexpected EOF: {{\(keyword)}} has no {{end}}")
        case .end: break
        case .otherwise: otherwise = try parseElse(keyword, opening)
        }
        return build(pipeline, body, otherwise)
    }

    /// After the word `else`: `}}…{{end}}`, or another `if` or `with` that shares the `{{end}}`.
    private mutating func parseElse(_ keyword: String, _ opening: TemplateToken) throws(TemplateError)
        -> [TemplateNode]
    {
        if case .word(let next) = token.kind, next == keyword, keyword != "range" {
            nesting += 1
            defer { nesting -= 1 }
            if nesting > TemplateLimits.nestingMax {
                throw error(at: token.offset, "nested deeper than \(TemplateLimits.nestingMax) levels")
            }
            _ = advance()
            return [
                try parseBranch(keyword, opening) {
                    keyword == "if" ? .conditional($0, then: $1, otherwise: $2) : .with($0, body: $1, otherwise: $2)
                }
            ]
        }
        try expectClosing("else")
        let (nodes, ending) = try parseList()
        switch ending {
        case .end: return nodes
        case .endOfInput: throw error(at: opening.offset, "unexpected EOF: {{\(keyword)}} has no {{end}}")
        case .otherwise: throw error(at: previous.offset, "expected end; found {{else}}")
        }
    }

    // MARK: Named templates

    private mutating func parseDefinition(_ opening: TemplateToken) throws(TemplateError) {
        let keyword = advance()
        guard nesting == 1 else { throw error(at: keyword.offset, "unexpected {{define}}") }
        let (name, offset) = try parseTemplateName("define")
        try expectClosing("define")
        try parseNamedBody(name, at: offset, opening)
    }

    private mutating func parseNamedBody(
        _ name: String, at offset: Int, _ opening: TemplateToken
    ) throws(TemplateError) {
        let outer = (variables, loops)
        // A named template sees only its argument.
        (variables, loops) = (["$"], 0)
        let (nodes, ending) = try parseList()
        (variables, loops) = outer
        guard ending == .end else { throw error(at: opening.offset, "unexpected EOF: template has no {{end}}") }
        if definitions[name] != nil {
            throw error(at: offset, "multiple definition of template \(GoText.quoted(name))")
        }
        definitions[name] = TemplateBody(nodes: nodes, source: source, name: self.name)
    }

    private mutating func parseBlock(_ opening: TemplateToken) throws(TemplateError) -> TemplateNode {
        _ = advance()
        let (name, offset) = try parseTemplateName("block")
        let pipeline = try parsePipeline(in: "block clause", until: .rightDelimiter)
        try parseNamedBody(name, at: offset, opening)
        return .invoke(name: name, argument: pipeline, offset: offset, end: pipeline.end)
    }

    private mutating func parseInvocation() throws(TemplateError) -> TemplateNode {
        _ = advance()
        let (name, offset) = try parseTemplateName("template clause")
        let end = previous.end
        if token.kind == .rightDelimiter {
            _ = advance()
            return .invoke(name: name, argument: nil, offset: offset, end: end)
        }
        let pipeline = try parsePipeline(in: "template clause", until: .rightDelimiter)
        return .invoke(name: name, argument: pipeline, offset: offset, end: pipeline.end)
    }

    private mutating func parseTemplateName(_ context: String) throws(TemplateError) -> (String, Int) {
        let next = advance()
        guard case .string(let name) = next.kind else {
            throw error(at: next.offset, "unexpected \(next.shown) in \(context)")
        }
        return (name, next.offset)
    }

    private mutating func expectClosing(_ context: String) throws(TemplateError) {
        let next = advance()
        guard next.kind == .rightDelimiter else {
            throw error(at: next.offset, "unexpected \(next.shown) in \(context)")
        }
    }

    // MARK: Pipelines

    /// Commands up to and including `closing`.
    private mutating func parsePipeline(
        in context: String, until closing: TemplateToken.Kind
    ) throws(TemplateError) -> TemplatePipeline {
        nesting += 1
        defer { nesting -= 1 }
        if nesting > TemplateLimits.nestingMax {
            throw error(at: token.offset, "nested deeper than \(TemplateLimits.nestingMax) levels")
        }
        let start = token.offset
        var pipeline = TemplatePipeline(variables: [], isAssignment: false, commands: [], offset: start, end: start)
        try parseDeclarations(of: &pipeline, in: context)
        while true {
            let command = try parseCommand(in: context)
            if !command.operands.isEmpty { pipeline.commands.append(command) }
            let next = advance()
            if next.kind == closing {
                try finish(&pipeline, in: context, at: next)
                return pipeline
            }
            guard next.kind == .pipe, !command.operands.isEmpty else {
                throw error(at: next.offset, "unexpected \(next.shown) in \(context)")
            }
        }
    }

    private mutating func finish(
        _ pipeline: inout TemplatePipeline, in context: String, at closing: TemplateToken
    ) throws(TemplateError) {
        guard let last = pipeline.commands.last, !previousIsPipe(before: closing) else {
            throw error(at: closing.offset, "missing value for \(context)")
        }
        pipeline.end = last.end
        for (index, command) in pipeline.commands.enumerated() where index > 0 {
            if case .function = command.operands[0].kind { continue }
            throw error(
                at: command.offset, "non executable command in pipeline stage \(index + 1)")
        }
        if !pipeline.isAssignment { variables += pipeline.variables }
    }

    private func previousIsPipe(before closing: TemplateToken) -> Bool {
        cursor >= 2 && tokens[cursor - 2].kind == .pipe
    }

    /// `$x :=`, `$x =`, and for `range` `$i, $x :=`.
    private mutating func parseDeclarations(
        of pipeline: inout TemplatePipeline, in context: String
    ) throws(TemplateError) {
        guard case .variable(let first) = token.kind else { return }
        var names = [first]
        var ahead = cursor + 1
        if context == "range", kind(at: ahead) == .comma, case .variable(let second) = kind(at: ahead + 1) {
            names.append(second)
            ahead += 2
        }
        switch kind(at: ahead) {
        case .declare: break
        case .assign: pipeline.isAssignment = true
        default: return
        }
        if pipeline.isAssignment {
            for name in names where !variables.contains(name) {
                throw error(at: token.offset, "undefined variable \(GoText.quoted(name))")
            }
        }
        pipeline.variables = names
        cursor = ahead + 1
    }

    private mutating func parseCommand(in context: String) throws(TemplateError) -> TemplateCommand {
        var operands: [TemplateOperand] = []
        let start = token.offset
        while let operand = try parseOperand(in: context) {
            operands.append(operand)
            switch token.kind {
            case .pipe, .rightDelimiter, .rightParenthesis: break
            default:
                guard token.followsSpace else {
                    throw error(at: token.offset, "unexpected \(token.shown) in operand")
                }
                continue
            }
            break
        }
        if let first = operands.first, operands.count > 1 {
            switch first.kind {
            case .function, .variable, .dot, .parenthesised: break
            default:
                throw error(
                    at: first.offset, "can't give argument to non-function \(text(first.offset, first.end))")
            }
        }
        return TemplateCommand(operands: operands, offset: start, end: operands.last?.end ?? start)
    }

    /// Nil when no operand starts here.
    private mutating func parseOperand(in context: String) throws(TemplateError) -> TemplateOperand? {
        let start = token
        var operand = TemplateOperand(kind: .dot, fields: [], offset: start.offset, end: start.end)
        switch start.kind {
        case .dot: operand.kind = .dot
        case .field(let name): operand.fields = [name]
        case .word("true"): operand.kind = .bool(true)
        case .word("false"): operand.kind = .bool(false)
        case .word("nil"): operand.kind = .nothing
        case .word(let word):
            guard dialect.functions.contains(word) else {
                throw error(at: start.offset, "function \(GoText.quoted(word)) not defined")
            }
            operand.kind = .function(word)
        case .variable(let name):
            guard variables.contains(name) else {
                throw error(at: start.offset, "undefined variable \(GoText.quoted(name))")
            }
            operand.kind = .variable(name)
        case .string(let text): operand.kind = .string(text)
        case .character(let scalar): operand.kind = .integer(Int(scalar.value))
        case .number(let text): operand.kind = try number(text, at: start.offset)
        case .leftParenthesis:
            _ = advance()
            operand.kind = .parenthesised(try parsePipeline(in: "parenthesized pipeline", until: .rightParenthesis))
            cursor -= 1
        default: return nil
        }
        _ = advance()
        operand.end = previous.end
        try parseFields(of: &operand)
        return operand
    }

    private mutating func parseFields(of operand: inout TemplateOperand) throws(TemplateError) {
        while case .field(let name) = token.kind, !token.followsSpace {
            switch operand.kind {
            case .bool, .integer, .float, .string, .nothing, .function:
                throw error(at: token.offset, "unexpected . after term \(text(operand.offset, operand.end))")
            default: operand.fields.append(name)
            }
            operand.end = advance().end
        }
    }

    private func number(_ text: String, at offset: Int) throws(TemplateError) -> TemplateOperand.Kind {
        if let integer = GoNumber.integer(text) { return .integer(integer) }
        if let float = GoNumber.float(text) { return .float(float) }
        throw error(at: offset, "bad number syntax: \(GoText.quoted(text))")
    }

    // MARK: Tokens

    private var token: TemplateToken { tokens[cursor] }
    private var previous: TemplateToken { tokens[max(0, cursor - 1)] }
    private func kind(at index: Int) -> TemplateToken.Kind { tokens[min(index, tokens.count - 1)].kind }

    /// The current token, moving past it; the end of input stays.
    private mutating func advance() -> TemplateToken {
        let current = tokens[cursor]
        if cursor < tokens.count - 1 { cursor += 1 }
        return current
    }

    private func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    private func error(at offset: Int, _ message: String) -> TemplateError {
        let place = TemplateSource.place(of: offset, in: bytes)
        return TemplateError(line: place.line, column: place.column, message: message, name: name)
    }
}
