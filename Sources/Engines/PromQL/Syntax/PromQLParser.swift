package import SignalModel

/// Text to syntax tree. The first thing wrong with a query is thrown as Prometheus words it:
/// `LINE:COLUMN: parse error: …`, columns counted in bytes.
package enum PromQLParser {
    /// Beyond this a query is refused before it is read. Dashboards that spell out large sets of values stay
    /// well below it.
    package static let queryBytesMax = 1 << 20
    /// Beyond this many instructions in all its regular expressions together a query is refused. Plain text
    /// compiles to about one a byte, so what a full-length query spells out fits; a few dozen bytes of repeated
    /// Unicode classes fill it in half a second of compiling.
    package static let programSizeMax = 1_000_000
    /// Beyond this a query is refused: the tree is walked recursively by the type checker, the printer, the
    /// evaluator and its own destruction, so its height bounds the stack. A chain `a or b or …` adds one
    /// level per operator.
    package static let heightMax = 500

    /// A parsed and type-checked expression.
    package static func parse(_ text: String, options: ParserOptions = .stable) throws(QueryError) -> Expression {
        var parser = try ExpressionParser(text, options: options)
        if parser.token.kind == .endOfInput { throw parser.error(at: 0, "no expression found in input") }
        let expression = try parser.parseExpression().expression
        guard parser.token.kind == .endOfInput else { throw parser.unexpected() }
        let checker = TypeChecker(parser.source, misplacedMatchings: parser.misplacedMatchings)
        _ = try checker.check(expression)
        return expression
    }

    /// The matchers of one metric selector, such as `up{job="api"}`, which may be empty (`{}`): what
    /// `/federate` takes.
    package static func parseSelector(_ text: String) throws(QueryError) -> [Matcher] {
        var parser = try ExpressionParser(text, options: .stable)
        guard parser.token.kind.canNameMetric || parser.token.kind == .leftBrace else { throw parser.unexpected() }
        let selector = try parser.parseVectorSelector()
        guard parser.token.kind == .endOfInput else { throw parser.unexpected() }
        return selector.matchers
    }

    /// The `match[]` parameters of the label and series endpoints: each must rule something out, so that a
    /// slip does not select the whole store.
    package static func parseSelectors(_ texts: [String]) throws(QueryError) -> [[Matcher]] {
        var sets: [[Matcher]] = []
        for text in texts {
            let matchers = try parseSelector(text)
            guard matchers.contains(where: { !$0.matchesEmpty }) else {
                throw QueryError(.parse, "match[] must contain at least one non-empty matcher")
            }
            sets.append(matchers)
        }
        return sets
    }

    /// A duration as configuration and API parameters write it: `5m`, `1h30m`, `0`.
    package static func parseDuration(_ text: String) throws(QueryError) -> Duration {
        do { return .milliseconds(try DurationText.milliseconds(text)) } catch {
            throw QueryError(.parse, error.description)
        }
    }
}
