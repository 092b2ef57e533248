internal import Glibc

/// The arithmetic of a `bucket_script`: `params.errors / params.all * 100`, comparisons, `? :`, and a few of `Math`'s
/// functions. No statements.
struct ArithmeticExpression {
    private indirect enum Node {
        case number(Double)
        case variable(Int)
        case unary(UInt8, Node)
        case binary(String, Node, Node)
        case choice(Node, Node, Node)
        case call(String, [Node])
    }

    private static let depthMax = 50
    /// In the whole script: `1 + 1 + 1` is as deep as it has operators.
    private static let operatorsMax = 500

    private let root: Node

    /// `names` are the variables, each also behind `params.`.
    init(_ source: String, names: [String]) throws(LogQueryError) {
        var reader = Reader(text: try QueryText(source), names: names)
        root = try reader.whole()
    }

    func value(_ variables: [Double]) -> Double { Self.value(root, variables) }

    private static func value(_ node: Node, _ variables: [Double]) -> Double {
        switch node {
        case .number(let number): return number
        case .variable(let index): return variables[index]
        case .unary(let operation, let inner):
            let value = value(inner, variables)
            return operation == UInt8(ascii: "!") ? (value == 0 ? 1 : 0) : -value
        case .choice(let condition, let then, let otherwise):
            return value(value(condition, variables) != 0 ? then : otherwise, variables)
        case .binary(let operation, let left, let right):
            let (first, second) = (value(left, variables), value(right, variables))
            switch operation {
            case "+": return first + second
            case "-": return first - second
            case "*": return first * second
            case "/": return first / second
            case "%": return first.truncatingRemainder(dividingBy: second)
            case "<": return first < second ? 1 : 0
            case "<=": return first <= second ? 1 : 0
            case ">": return first > second ? 1 : 0
            case ">=": return first >= second ? 1 : 0
            case "==": return first == second ? 1 : 0
            case "!=": return first != second ? 1 : 0
            case "&&": return first != 0 && second != 0 ? 1 : 0
            default: return first != 0 || second != 0 ? 1 : 0
            }
        case .call(let name, let arguments):
            let values = arguments.map { value($0, variables) }
            switch name {
            case "abs": return abs(values[0])
            case "max": return max(values[0], values[1])
            case "min": return min(values[0], values[1])
            case "pow": return pow(values[0], values[1])
            case "sqrt": return values[0].squareRoot()
            case "floor": return values[0].rounded(.down)
            case "ceil": return values[0].rounded(.up)
            case "round": return (values[0] + 0.5).rounded(.down)
            case "log": return log(values[0])
            case "log10": return log10(values[0])
            default: return exp(values[0])
            }
        }
    }

    private static let arities = [
        "abs": 1, "max": 2, "min": 2, "pow": 2, "sqrt": 1, "floor": 1, "ceil": 1, "round": 1, "log": 1, "log10": 1,
        "exp": 1,
    ]

    private struct Reader {
        var text: QueryText
        let names: [String]
        var depth = 0
        var operatorCount = 0

        /// Loosest first.
        static let levels: [[String]] = [
            ["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"],
        ]

        mutating func whole() throws(LogQueryError) -> Node {
            skipSpace()
            if text.has("return"), text.peek(6) == " " { text.offset += 6 }
            let node = try choice()
            skipSpace()
            _ = text.take(";")
            skipSpace()
            guard text.isAtEnd else {
                throw text.error("expected an operator or the end of the script but found \(text.found)")
            }
            return node
        }

        mutating func skipSpace() {
            while let character = text.peek(), character.properties.isWhitespace { text.offset += 1 }
        }

        mutating func choice() throws(LogQueryError) -> Node {
            depth += 1
            defer { depth -= 1 }
            guard depth <= depthMax else { throw LogQueryError(.tooLarge, "the script is nested too deep") }
            let condition = try binary(0)
            skipSpace()
            guard text.take("?") else { return condition }
            let then = try choice()
            skipSpace()
            guard text.take(":") else { throw text.error("expected \":\" but found \(text.found)") }
            return .choice(condition, then, try choice())
        }

        mutating func binary(_ level: Int) throws(LogQueryError) -> Node {
            guard level < Self.levels.count else { return try unary() }
            var left = try binary(level + 1)
            while true {
                skipSpace()
                guard let operation = Self.levels[level].first(where: stands) else { return left }
                text.offset += operation.utf8.count
                operatorCount += 1
                guard operatorCount <= operatorsMax else {
                    throw LogQueryError(.tooLarge, "the script has more than \(operatorsMax) operators")
                }
                left = .binary(operation, left, try binary(level + 1))
            }
        }

        private func stands(_ operation: String) -> Bool {
            for (distance, character) in operation.unicodeScalars.enumerated()
            where text.peek(distance) != character { return false }
            return true
        }

        mutating func unary() throws(LogQueryError) -> Node {
            depth += 1
            defer { depth -= 1 }
            guard depth <= depthMax else { throw LogQueryError(.tooLarge, "the script is nested too deep") }
            skipSpace()
            if text.take("-") { return .unary(UInt8(ascii: "-"), try unary()) }
            if text.take("+") { return try unary() }
            if text.take("!") { return .unary(UInt8(ascii: "!"), try unary()) }
            if text.take("(") {
                let inner = try choice()
                skipSpace()
                guard text.take(")") else { throw text.error("expected \")\" but found \(text.found)") }
                return inner
            }
            return try operand()
        }

        private mutating func operand() throws(LogQueryError) -> Node {
            let start = text.offset
            while let character = text.peek(),
                character.properties.isAlphabetic || ("0"..."9").contains(character) || character == "_"
                    || character == "."
            { text.offset += 1 }
            let word = text.text(start..<text.offset)
            if let number = Double(word.hasSuffix("L") || word.hasSuffix("d") ? String(word.dropLast()) : word) {
                return .number(number)
            }
            if word.hasPrefix("Math.") { return try call(String(word.dropFirst(5)), start) }
            let name = word.hasPrefix("params.") ? String(word.dropFirst(7)) : word
            if let index = names.firstIndex(of: name) { return .variable(index) }
            if word == "true" || word == "false" { return .number(word == "true" ? 1 : 0) }
            throw text.error(
                word.isEmpty
                    ? "expected a number or a variable but found \(text.found)"
                    : "unknown variable \"\(word)\": [buckets_path] gives \(names.joined(separator: ", "))", at: start
            )
        }

        private mutating func call(_ name: String, _ start: Int) throws(LogQueryError) -> Node {
            guard let arity = arities[name] else {
                throw text.error(
                    "unknown function Math.\(name): there are \(arities.keys.sorted().joined(separator: ", "))",
                    at: start)
            }
            guard text.take("(") else { throw text.error("expected \"(\" but found \(text.found)") }
            var arguments = [try choice()]
            skipSpace()
            while text.take(",") {
                arguments.append(try choice())
                skipSpace()
            }
            guard text.take(")"), arguments.count == arity else {
                throw text.error(
                    "Math.\(name) takes \(arity) argument\(arity == 1 ? "" : "s") in parentheses", at: start)
            }
            return .call(name, arguments)
        }
    }
}
