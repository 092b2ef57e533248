package import PromQL
package import SignalModel

/// A sum of counters, each found by matchers: what an objective's query must come down to, so that the growth of every
/// series can be counted to the event. An expression's value at a time would not do: it is made of rates, which guess
/// what was between samples.
package struct CountedSum: Sendable, Hashable, CustomStringConvertible {
    package struct Term: Sendable, Hashable {
        package var matchers: [Matcher]
        package var isSubtracted: Bool
        /// Under `sum()`: may find many series. Otherwise at most one at a time.
        package var isAggregated: Bool
        /// Under `count()`: the samples count, whatever they say.
        package var countsSamples: Bool
        /// As it was written.
        package var text: String
    }

    package var terms: [Term]
    package var description: String

    /// More are refused: each is a selection of its own, every minute.
    package static let termsMax = 16

    /// Throws what cannot be counted exactly, with what would be right.
    package init(_ expression: Expression, isCounter: Bool) throws(QueryError) {
        description = expression.description
        terms = []
        try add(expression, isSubtracted: false, isCounter: isCounter)
        guard terms.count <= Self.termsMax else {
            throw QueryError(.parse, "at most \(Self.termsMax) sums can be counted, not \(terms.count)")
        }
    }

    private mutating func add(
        _ expression: Expression, isSubtracted: Bool, isCounter: Bool
    ) throws(QueryError) {
        switch expression.unwrapped {
        case .aggregation(let node) where node.operation == .sum || node.operation == .count:
            let isCount = node.operation == .count
            if isCount, isCounter { throw Self.refusal(expression, "count() of counters counts series, not events") }
            guard node.grouping.isEmpty, !node.isWithout else {
                throw Self.refusal(
                    expression, "an objective is one number: leave \(node.isWithout ? "without" : "by") (…) away")
            }
            try add(
                node.operand, as: expression, isSubtracted: isSubtracted, isAggregated: true, countsSamples: isCount)
        case .binary(let node) where node.operation == .add || node.operation == .subtract:
            try add(node.left, isSubtracted: isSubtracted, isCounter: isCounter)
            try add(
                node.right, isSubtracted: isSubtracted != (node.operation == .subtract), isCounter: isCounter)
        case .binary(let node) where node.operation == .or && Self.isZero(node.right):
            // What has no series counts as zero here anyway.
            try add(node.left, isSubtracted: isSubtracted, isCounter: isCounter)
        default:
            try add(
                expression, as: expression, isSubtracted: isSubtracted, isAggregated: false, countsSamples: false)
        }
    }

    private mutating func add(
        _ operand: Expression, as whole: Expression, isSubtracted: Bool, isAggregated: Bool, countsSamples: Bool
    ) throws(QueryError) {
        guard case .vectorSelector(let selector) = operand.unwrapped else {
            if case .call(let node) = operand.unwrapped,
                ["rate", "increase", "irate", "delta"].contains(node.function.name)
            {
                throw Self.refusal(
                    whole, "\(node.function.name)() guesses between samples: give the counter itself, sum(…)")
            }
            throw Self.refusal(whole, "give counters as sum(name{…}), joined by + or -")
        }
        guard selector.modifiers.at == nil, selector.modifiers.offset == .zero else {
            throw Self.refusal(whole, "offset and @ have no meaning where minutes are counted as they come")
        }
        guard selector.matchers.contains(where: { !$0.matchesEmpty }) else {
            throw Self.refusal(whole, "name the metric")
        }
        terms.append(
            Term(
                matchers: selector.matchers, isSubtracted: isSubtracted, isAggregated: isAggregated,
                countsSamples: countsSamples, text: whole.description))
    }

    /// Whether every term names the buckets of a classic histogram.
    package var isOfBuckets: Bool {
        terms.allSatisfy { term in
            term.matchers.contains { $0.name == Labels.metricName && $0.value.hasSuffix("_bucket") }
        }
    }

    package func names(label: String) -> Bool {
        terms.contains { term in term.matchers.contains { $0.name == label } }
    }

    /// The same of the buckets that end at `edge`.
    package func bucket(endingAt edge: Double) throws -> CountedSum {
        let matcher = try Matcher("le", .equal, PlainDecimal.text(edge))
        var sum = self
        for index in sum.terms.indices { sum.terms[index].matchers.append(matcher) }
        sum.description += " with \(matcher)"
        return sum
    }

    /// `vector(0)`
    private static func isZero(_ expression: Expression) -> Bool {
        guard case .call(let node) = expression.unwrapped, node.function.name == "vector",
            case .number(let number)? = node.arguments.first?.unwrapped
        else { return false }
        return number.value == 0
    }

    private static func refusal(_ expression: Expression, _ reason: String) -> QueryError {
        QueryError(.parse, "\(expression) cannot be counted to the event: \(reason)")
    }
}
