/// One command of an ES|QL query.
enum PipeCommand {
    struct Named {
        var name: String
        var expression: PipeExpression
        var at: Int
    }

    struct Order {
        var expression: PipeExpression
        var isDescending: Bool
        var hasNullsFirst: Bool
    }

    struct Pattern {
        var pattern: String
        var at: Int
    }

    case filter(PipeExpression)
    case evaluate([Named])
    /// Inline ones append to the rows instead of taking their place.
    case stats([Named], by: [Named], isInline: Bool)
    case sort([Order])
    case limit(Int)
    case keep([Pattern])
    case drop([Pattern])
    case rename([(from: Pattern, to: String)])
    /// A row for each value of a column.
    case expand(Pattern)
    /// Fields out of a text; the place is that of the pattern.
    case extract(PipeExpression, PipeExtraction, at: Int)

    /// Whole expressions in it.
    var expressions: [PipeExpression] {
        switch self {
        case .filter(let expression), .extract(let expression, _, _): [expression]
        case .evaluate(let named): named.map(\.expression)
        case .stats(let aggregates, let groups, _): (aggregates + groups).map(\.expression)
        case .sort(let orders): orders.map(\.expression)
        case .limit, .keep, .drop, .rename, .expand: []
        }
    }
}
