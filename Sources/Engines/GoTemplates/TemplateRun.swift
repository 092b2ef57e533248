import Basics

/// One expansion of one template: walks the tree, within the budgets of `TemplateLimits`.
struct TemplateRun {
    private let definitions: [String: TemplateBody]
    /// The one whose nodes are walked: what errors quote.
    private var body: TemplateBody
    private let root: TemplateValue
    private let dialect: TemplateDialect
    /// Values are written as HTML, but those that `safeHtml` spared.
    private let escapesHTML: Bool
    private var functions: TemplateFunctions
    private var output = ""
    private var steps = 0
    private var invocations = 0
    /// Innermost last; looked up from the end.
    private var variables: [(name: String, value: TemplateValue)]

    /// How a list of nodes ended.
    private enum Flow {
        case onward
        case breaks
        case continues
    }

    init(
        _ body: TemplateBody, definitions: [String: TemplateBody], root: TemplateValue,
        variables: [(name: String, value: TemplateValue)], functions: TemplateFunctions, dialect: TemplateDialect,
        escapesHTML: Bool = false
    ) {
        self.body = body
        self.definitions = definitions
        self.root = root
        self.functions = functions
        self.variables = [("$", root)] + variables
        self.dialect = dialect
        self.escapesHTML = escapesHTML
    }

    mutating func render() throws(TemplateError) -> String {
        _ = try walk(body.nodes, root)
        return output
    }

    // MARK: Nodes

    private mutating func walk(_ nodes: [TemplateNode], _ dot: TemplateValue) throws(TemplateError) -> Flow {
        for node in nodes {
            let flow = try walk(node, dot)
            if flow != .onward { return flow }
        }
        return .onward
    }

    private mutating func walk(_ node: TemplateNode, _ dot: TemplateValue) throws(TemplateError) -> Flow {
        switch node {
        case .text(let text):
            try step(0, 0)
            try write(text, 0, 0)
        case .action(let pipeline):
            let value = try evaluate(pipeline, dot)
            if pipeline.variables.isEmpty { try write(shown(value), pipeline.offset, pipeline.end) }
        case .conditional(let pipeline, let then, let otherwise):
            return try scoped { run throws(TemplateError) in
                let isTrue = try run.evaluate(pipeline, dot).isTrue
                return try run.walk(isTrue ? then : otherwise, dot)
            }
        case .with(let pipeline, let body, let otherwise):
            return try scoped { run throws(TemplateError) in
                let value = try run.evaluate(pipeline, dot)
                return value.isTrue ? try run.walk(body, value) : try run.walk(otherwise, dot)
            }
        case .range(let pipeline, let body, let otherwise):
            return try scoped { run throws(TemplateError) in try run.walkRange(pipeline, body, otherwise, dot) }
        case .invoke(let name, let argument, let offset, let end):
            try invoke(name, argument, dot, offset, end)
        case .breakLoop: return .breaks
        case .continueLoop: return .continues
        }
        return .onward
    }

    /// Variables that `body` declares go out of scope after it.
    private mutating func scoped(
        _ body: (inout TemplateRun) throws(TemplateError) -> Flow
    ) throws(TemplateError) -> Flow {
        let count = variables.count
        defer { variables.removeSubrange(count...) }
        return try body(&self)
    }

    private mutating func walkRange(
        _ pipeline: TemplatePipeline, _ body: [TemplateNode], _ otherwise: [TemplateNode], _ dot: TemplateValue
    ) throws(TemplateError) -> Flow {
        var bare = pipeline
        bare.variables = []
        let elements = try elements(of: try evaluate(bare, dot), pipeline)
        if elements.isEmpty { return try walk(otherwise, dot) }
        for element in elements {
            try step(pipeline.offset, pipeline.end)
            let count = variables.count
            try bind(pipeline, element.key, element.value)
            let flow = try walk(body, element.value)
            variables.removeSubrange(count...)
            if flow == .breaks { break }
        }
        return .onward
    }

    private func elements(
        of value: TemplateValue, _ pipeline: TemplatePipeline
    ) throws(TemplateError) -> [(key: TemplateValue, value: TemplateValue)] {
        switch value {
        case .samples(let samples): samples.enumerated().map { (.integer($0.offset), .sample($0.element)) }
        case .labels(let values): values.sorted { $0.key < $1.key }.map { (.string($0.key), .string($0.value)) }
        case .map(let values): values.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value) }
        case .list(let values, _): values.enumerated().map { (.integer($0.offset), $0.element) }
        case .integer(let count):
            (0..<max(0, min(count, TemplateLimits.stepsMax))).map { (.integer($0), .integer($0)) }
        case .nothing: []
        default: throw failure("range can't iterate over \(value.printed)", pipeline.offset, pipeline.end)
        }
    }

    private mutating func bind(
        _ pipeline: TemplatePipeline, _ key: TemplateValue, _ value: TemplateValue
    ) throws(TemplateError) {
        let values = pipeline.variables.count == 2 ? [key, value] : [value]
        for (name, value) in zip(pipeline.variables, values) {
            if pipeline.isAssignment { try assign(name, value, pipeline) } else { variables.append((name, value)) }
        }
    }

    private mutating func invoke(
        _ name: String, _ argument: TemplatePipeline?, _ dot: TemplateValue, _ offset: Int, _ end: Int
    ) throws(TemplateError) {
        try step(offset, end)
        guard let definition = definitions[name] else {
            throw failure("template \(GoText.quoted(name)) not defined", offset, end)
        }
        if invocations >= TemplateLimits.invocationDepthMax {
            throw failure("exceeded maximum template depth (\(TemplateLimits.invocationDepthMax))", offset, end)
        }
        let value: TemplateValue = if let argument { try evaluate(argument, dot) } else { .nothing }
        let (outer, outerBody) = (variables, body)
        invocations += 1
        (variables, body) = ([("$", value)], definition)
        _ = try walk(definition.nodes, value)
        (variables, body) = (outer, outerBody)
        invocations -= 1
    }

    // MARK: Pipelines

    private mutating func evaluate(_ pipeline: TemplatePipeline, _ dot: TemplateValue) throws(TemplateError)
        -> TemplateValue
    {
        try step(pipeline.offset, pipeline.end)
        var value: TemplateValue?
        for command in pipeline.commands { value = try evaluate(command, dot, final: value) }
        let result = value ?? .nothing
        for name in pipeline.variables {
            if pipeline.isAssignment { try assign(name, result, pipeline) } else { variables.append((name, result)) }
        }
        return result
    }

    private mutating func assign(
        _ name: String, _ value: TemplateValue, _ pipeline: TemplatePipeline
    ) throws(TemplateError) {
        guard let index = variables.lastIndex(where: { $0.name == name }) else {
            throw failure("undefined variable: \(name)", pipeline.offset, pipeline.end)
        }
        variables[index].value = value
    }

    /// `final` is the value piped in, which becomes the last argument.
    private mutating func evaluate(
        _ command: TemplateCommand, _ dot: TemplateValue, final: TemplateValue?
    ) throws(TemplateError) -> TemplateValue {
        try step(command.offset, command.end)
        let first = command.operands[0]
        guard case .function(let name) = first.kind else {
            if let result = try callMethod(command, dot, final: final) { return result }
            if command.operands.count > 1 || final != nil {
                let source = text(first.offset, first.end)
                throw failure("can't give argument to non-function \(source)", first.offset, first.end)
            }
            if case .nothing = first.kind { throw failure("nil is not a command", first.offset, first.end) }
            return try evaluate(first, dot)
        }
        if name == "and" || name == "or" {
            return try evaluateShortCircuit(name, command, dot, final: final)
        }
        var arguments: [TemplateValue] = []
        for operand in command.operands.dropFirst() { arguments.append(try evaluate(operand, dot)) }
        if let final { arguments.append(final) }
        return try call(name, arguments, command)
    }

    /// `.GroupLabels.Remove .Names`: the last field of the first operand is a method that takes arguments. Nil when
    /// there are none to give.
    private mutating func callMethod(
        _ command: TemplateCommand, _ dot: TemplateValue, final: TemplateValue?
    ) throws(TemplateError) -> TemplateValue? {
        var receiver = command.operands[0]
        guard dialect.hasMethods, command.operands.count > 1 || final != nil, let name = receiver.fields.popLast()
        else { return nil }
        var arguments: [TemplateValue] = []
        for operand in command.operands.dropFirst() { arguments.append(try evaluate(operand, dot)) }
        if let final { arguments.append(final) }
        let value = try evaluate(receiver, dot)
        do { return try TemplateMethods.call(name, on: value, arguments) } catch {
            throw failure(error.message, command.offset, command.end)
        }
    }

    private mutating func call(
        _ name: String, _ arguments: [TemplateValue], _ command: TemplateCommand
    ) throws(TemplateError) -> TemplateValue {
        let result: TemplateValue
        do { result = try functions.call(name, arguments) } catch {
            throw failure(error.message, command.offset, command.end)
        }
        if case .string(let text) = result, text.utf8.count > dialect.textBytesMax {
            let limit = dialect.textBytesMax
            throw failure("error calling \(name): result is longer than \(limit) bytes", command.offset, command.end)
        }
        return result
    }

    /// `and` and `or` evaluate no further than they must.
    private mutating func evaluateShortCircuit(
        _ name: String, _ command: TemplateCommand, _ dot: TemplateValue, final: TemplateValue?
    ) throws(TemplateError) -> TemplateValue {
        let stopsAt = name == "or"
        var value: TemplateValue?
        for operand in command.operands.dropFirst() {
            let next = try evaluate(operand, dot)
            value = next
            if next.isTrue == stopsAt { return next }
        }
        if let result = final ?? value { return result }
        throw failure("wrong number of args for \(name): want at least 1 got 0", command.offset, command.end)
    }

    private mutating func evaluate(_ operand: TemplateOperand, _ dot: TemplateValue) throws(TemplateError)
        -> TemplateValue
    {
        try step(operand.offset, operand.end)
        var value: TemplateValue
        switch operand.kind {
        case .dot: value = dot
        case .nothing: value = .nothing
        case .bool(let literal): value = .bool(literal)
        case .integer(let literal): value = .integer(literal)
        case .float(let literal): value = .float(literal)
        case .string(let literal): value = .string(literal)
        case .function(let name):
            let command = TemplateCommand(operands: [operand], offset: operand.offset, end: operand.end)
            value = try call(name, [], command)
        case .variable(let name):
            guard let found = variables.last(where: { $0.name == name }) else {
                throw failure("undefined variable: \(name)", operand.offset, operand.end)
            }
            value = found.value
        case .parenthesised(let pipeline):
            let count = variables.count
            value = try evaluate(pipeline, dot)
            variables.removeSubrange(count...)
        }
        for field in operand.fields { value = try self.field(field, of: value, operand) }
        return value
    }

    private func field(
        _ name: String, of value: TemplateValue, _ operand: TemplateOperand
    ) throws(TemplateError) -> TemplateValue {
        do {
            if dialect.hasMethods, let result = try TemplateMethods.call(name, on: value, []) { return result }
        } catch { throw failure(error.message, operand.offset, operand.end) }
        switch value {
        case .labels(let values): return .string(values[name] ?? "")
        case .map(let values): return values[name] ?? .nothing
        case .sample(let sample):
            if name == "Labels" { return .labels(sample.labels) }
            if name == "Value" { return .float(sample.value) }
        case .record(let values):
            if let found = values[name] { return found }
        case .nothing:
            throw failure("nil data; no entry for key \(GoText.quoted(name))", operand.offset, operand.end)
        default: break
        }
        throw failure("can't evaluate field \(name) in type \(value.typeName)", operand.offset, operand.end)
    }

    // MARK: Budgets and errors

    private mutating func step(_ offset: Int, _ end: Int) throws(TemplateError) {
        steps += 1
        if steps > TemplateLimits.stepsMax {
            throw failure("template takes more than \(TemplateLimits.stepsMax) steps", offset, end)
        }
    }

    private mutating func write(_ text: String, _ offset: Int, _ end: Int) throws(TemplateError) {
        if output.utf8.count + text.utf8.count > dialect.textBytesMax {
            throw failure("template writes more than \(dialect.textBytesMax) bytes", offset, end)
        }
        output += text
    }

    private func shown(_ value: TemplateValue) -> String {
        guard escapesHTML else { return value.printed }
        if case .markup(let text) = value { return text }
        return GoText.htmlEscaped(value.printed)
    }

    private func text(_ start: Int, _ end: Int) -> String {
        let bytes = body.source.utf8
        return String(decoding: bytes.dropFirst(start).prefix(max(0, end - start)), as: UTF8.self)
    }

    private func failure(_ message: String, _ offset: Int, _ end: Int) -> TemplateError {
        let place = TemplateSource.place(of: offset, in: body.source.utf8)
        let name = body.name
        return TemplateError(
            line: place.line, column: place.column, message: message,
            context: "executing \(GoText.quoted(name)) at <\(text(offset, end))>: ", name: name)
    }
}
