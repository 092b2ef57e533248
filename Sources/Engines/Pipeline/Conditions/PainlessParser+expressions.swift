internal import SignalModel

/// From the loosest to the tightest.
extension PainlessParser {
    mutating func deeper() throws(PainlessError) {
        depth += 1
        guard depth <= Self.depthMax else { throw mistake("nested deeper than \(Self.depthMax)") }
    }

    mutating func expression() throws(PainlessError) -> PainlessExpression {
        try deeper()
        defer { depth -= 1 }
        let value = try disjunction()
        if take("?") {
            let then = try expression()
            try expect(":")
            return .choice(value, then, try expression())
        }
        return take("?:") ? .elvis(value, try expression()) : value
    }

    private mutating func disjunction() throws(PainlessError) -> PainlessExpression {
        var left = try conjunction()
        while take("||") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(PainlessError) -> PainlessExpression {
        var left = try equality()
        while take("&&") { left = .and(left, try equality()) }
        for symbol in ["&", "|", "^", "<<", ">>", "===", "!=="] where isSymbol(symbol) {
            throw mistake("the operator [\(symbol)] is not supported")
        }
        return left
    }

    private mutating func equality() throws(PainlessError) -> PainlessExpression {
        var left = try instance()
        while let found = binary(["==", "!="]) { left = .binary(found, left, try instance()) }
        return left
    }

    private mutating func instance() throws(PainlessError) -> PainlessExpression {
        let left = try comparison()
        guard takeWord("instanceof") else { return left }
        guard let type = identifier(), Self.typeNames.contains(type) else { throw unexpected("a known type") }
        index += 1
        return .isInstance(left, type)
    }

    private mutating func comparison() throws(PainlessError) -> PainlessExpression {
        var left = try search()
        while let found = binary(["<=", ">=", "<", ">"]) { left = .binary(found, left, try search()) }
        return left
    }

    private mutating func search() throws(PainlessError) -> PainlessExpression {
        let left = try sum()
        let isWhole = isSymbol("==~")
        guard take("=~") || take("==~") else { return left }
        return .matches(left, try pattern(), isWhole: isWhole)
    }

    private mutating func sum() throws(PainlessError) -> PainlessExpression {
        var left = try product()
        while let found = binary(["+", "-"]) { left = .binary(found, left, try product()) }
        return left
    }

    private mutating func product() throws(PainlessError) -> PainlessExpression {
        var left = try unary()
        while let found = binary(["*", "/", "%"]) { left = .binary(found, left, try unary()) }
        return left
    }

    private mutating func binary(_ symbols: [String]) -> PainlessExpression.Operator? {
        for symbol in symbols where take(symbol) { return PainlessExpression.Operator(rawValue: symbol) }
        return nil
    }

    private mutating func unary() throws(PainlessError) -> PainlessExpression {
        try deeper()
        defer { depth -= 1 }
        if take("!") { return .not(try unary()) }
        if take("-") { return .negated(try unary()) }
        if take("+") { return try unary() }
        for symbol in ["++", "--", "~"] where isSymbol(symbol) {
            throw mistake("the operator [\(symbol)] is not supported")
        }
        if isSymbol("("), let type = identifier(1), Self.typeNames.contains(type), isSymbol(")", 2) {
            index += 3
            return .cast(type, try unary())
        }
        return try postfix(try primary())
    }

    private mutating func postfix(_ base: PainlessExpression) throws(PainlessError) -> PainlessExpression {
        var value = base
        while true {
            if isSymbol(".") || isSymbol("?.") {
                let isNullSafe = isSymbol("?.")
                index += 1
                let place = token
                let name: String
                switch token.kind {
                case .identifier(let word): name = word
                case .integer(let number): name = String(number)
                default: throw unexpected("a member's name")
                }
                index += 1
                if isSymbol("(") {
                    let arguments = try arguments()
                    guard let counts = PainlessMethods.methods[name] else {
                        throw mistake("unknown method [\(name)]", at: place)
                    }
                    guard counts.contains(arguments.count) else {
                        throw mistake("method [\(name)] does not take \(arguments.count) arguments", at: place)
                    }
                    value = .call(value, name, arguments, isNullSafe: isNullSafe)
                } else {
                    value = .member(value, name, isNullSafe: isNullSafe)
                }
            } else if take("[") {
                value = .element(value, try expression())
                try expect("]")
            } else {
                return value
            }
        }
    }

    private mutating func arguments() throws(PainlessError) -> [PainlessExpression] {
        try expect("(")
        var arguments: [PainlessExpression] = []
        if take(")") { return arguments }
        repeat { arguments.append(try expression()) } while take(",")
        try expect(")")
        return arguments
    }

    private mutating func primary() throws(PainlessError) -> PainlessExpression {
        let place = token
        switch token.kind {
        case .integer(let value):
            index += 1
            return .constant(.integer(value))
        case .decimal(let value):
            index += 1
            return .constant(.double(value))
        case .string(let value):
            index += 1
            return .constant(.string(value))
        case .pattern: return try matcher()
        case .symbol("("):
            index += 1
            let value = try expression()
            try expect(")")
            return value
        case .symbol("["):
            index += 1
            return try collection()
        case .symbol("$") where isSymbol("(", 1):
            index += 1
            let given = try arguments()
            guard given.count == 2 else { throw mistake("[$] takes a field and a default", at: place) }
            return .function("$", given)
        case .identifier(let name):
            index += 1
            return try named(name, place)
        default: throw unexpected("a value")
        }
    }

    private mutating func named(_ name: String, _ place: PainlessLexer.Token) throws(PainlessError)
        -> PainlessExpression
    {
        switch name {
        case "true": return .constant(.bool(true))
        case "false": return .constant(.bool(false))
        case "null": return .constant(.null)
        case "ctx": return .context
        default: break
        }
        if let variable = variable(name) { return .variable(variable) }
        if isSymbol("."), let method = identifier(1), isSymbol("(", 2),
            let counts = PainlessMethods.functions[name + "." + method]
        {
            index += 2
            let given = try arguments()
            guard counts.contains(given.count) else {
                throw mistake("[\(name).\(method)] does not take \(given.count) arguments", at: place)
            }
            return .function(name + "." + method, given)
        }
        throw mistake(
            isSymbol("(") ? "unknown function [\(name)]" : "cannot resolve symbol [\(name)]", at: place)
    }

    /// `[1, 2]`, `['a': 1]`, `[]`, `[:]`.
    private mutating func collection() throws(PainlessError) -> PainlessExpression {
        if take("]") { return .list([]) }
        if take(":") {
            try expect("]")
            return .map([])
        }
        let first = try expression()
        guard take(":") else {
            var elements = [first]
            while take(",") { elements.append(try expression()) }
            try expect("]")
            return .list(elements)
        }
        var pairs = [PainlessExpression.Pair(key: first, value: try expression())]
        while take(",") {
            let key = try expression()
            try expect(":")
            pairs.append(PainlessExpression.Pair(key: key, value: try expression()))
        }
        try expect("]")
        return .map(pairs)
    }

    private mutating func pattern() throws(PainlessError) -> BacktrackingExpression {
        guard case .pattern(let text, let flags) = token.kind else { throw unexpected("a pattern /…/") }
        let known: [Character: String] = ["i": "i", "m": "m", "s": "s", "x": "x", "u": "", "U": ""]
        var options = ""
        for flag in flags {
            guard let option = known[flag] else { throw mistake("unknown flag [\(flag)] of a pattern") }
            options += option
        }
        do {
            let expression = try BacktrackingExpression(java: (options.isEmpty ? "" : "(?\(options))") + text)
            index += 1
            return expression
        } catch {
            throw mistake("a pattern that cannot be read: \(error)")
        }
    }

    /// `/x/.matcher(value).find()` and `.matches()`: all that a pattern by itself is for.
    private mutating func matcher() throws(PainlessError) -> PainlessExpression {
        let expression = try pattern()
        guard isSymbol("."), identifier(1) == "matcher", isSymbol("(", 2) else { throw unexpected("[.matcher(…)]") }
        index += 2
        let given = try arguments()
        guard given.count == 1, isSymbol("."), let method = identifier(1), ["find", "matches"].contains(method),
            isSymbol("(", 2), isSymbol(")", 3)
        else { throw unexpected("[.find()] or [.matches()]") }
        index += 4
        return .matches(given[0], expression, isWhole: method == "matches")
    }
}
