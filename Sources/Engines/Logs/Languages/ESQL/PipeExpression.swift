/// An expression of ES|QL.
indirect enum PipeExpression {
    case literal(PipeValue)
    /// A column by its name; the place is for errors.
    case column(String, at: Int)
    /// A column by its number, once it is known.
    case slot(Int)
    case call(PipeFunction, [PipeExpression])
    /// An aggregate, its argument and which records count: only where STATS takes them.
    case aggregate(PipeAggregate, [PipeExpression], filter: PipeExpression?)
    case arithmetic(Unicode.Scalar, PipeExpression, PipeExpression)
    case comparison(Comparison, PipeExpression, PipeExpression)
    case and(PipeExpression, PipeExpression)
    case or(PipeExpression, PipeExpression)
    case not(PipeExpression)
    case isNull(PipeExpression)
    case isOneOf(PipeExpression, [PipeExpression])
    /// The same, of values that the query spells out.
    case isAmong(PipeExpression, PipeConstants)
    /// One of the patterns matches.
    case matches(PipeExpression, [PipePattern])
    /// The record is found by a search; the field it names, if it names one, and the place are for errors.
    case found(LogFilter, field: String?, at: Int)

    enum Comparison: Sendable {
        case equal
        case unequal
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual
    }

    /// Names of the columns in it.
    var columns: [(name: String, at: Int)] {
        switch self {
        case .literal, .slot, .found: []
        case .column(let name, let place): [(name, place)]
        case .call(_, let arguments): arguments.flatMap(\.columns)
        case .aggregate(_, let arguments, let filter): arguments.flatMap(\.columns) + (filter?.columns ?? [])
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .and(let left, let right),
            .or(let left, let right):
            left.columns + right.columns
        case .not(let inner), .isNull(let inner), .matches(let inner, _), .isAmong(let inner, _): inner.columns
        case .isOneOf(let inner, let others): inner.columns + others.flatMap(\.columns)
        }
    }

    /// Searches in it that `found` does not have yet.
    func collectSearches(_ found: inout [LogFilter]) {
        switch self {
        case .found(let filter, _, _): if !found.contains(filter) { found.append(filter) }
        case .literal, .column, .slot: break
        case .call(_, let arguments): for argument in arguments { argument.collectSearches(&found) }
        case .aggregate(_, let arguments, let filter):
            for argument in arguments { argument.collectSearches(&found) }
            filter?.collectSearches(&found)
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .and(let left, let right),
            .or(let left, let right):
            left.collectSearches(&found)
            right.collectSearches(&found)
        case .not(let inner), .isNull(let inner), .matches(let inner, _), .isAmong(let inner, _):
            inner.collectSearches(&found)
        case .isOneOf(let inner, let others): for part in [inner] + others { part.collectSearches(&found) }
        }
    }

    /// With each part replaced by what `body` gives for it, the outermost first; nil leaves a part to its own parts.
    func replacing(_ body: (PipeExpression) throws(LogQueryError) -> PipeExpression?) throws(LogQueryError)
        -> PipeExpression
    {
        if let replaced = try body(self) { return replaced }
        func all(_ parts: [PipeExpression]) throws(LogQueryError) -> [PipeExpression] {
            var result: [PipeExpression] = []
            for part in parts { result.append(try part.replacing(body)) }
            return result
        }
        switch self {
        case .literal, .column, .slot, .found: return self
        case .call(let function, let arguments): return .call(function, try all(arguments))
        case .aggregate(let aggregate, let arguments, let filter):
            var inner: PipeExpression?
            if let filter { inner = try filter.replacing(body) }
            return .aggregate(aggregate, try all(arguments), filter: inner)
        case .arithmetic(let operation, let left, let right):
            return .arithmetic(operation, try left.replacing(body), try right.replacing(body))
        case .comparison(let comparison, let left, let right):
            return .comparison(comparison, try left.replacing(body), try right.replacing(body))
        case .and(let left, let right): return .and(try left.replacing(body), try right.replacing(body))
        case .or(let left, let right): return .or(try left.replacing(body), try right.replacing(body))
        case .not(let inner): return .not(try inner.replacing(body))
        case .isNull(let inner): return .isNull(try inner.replacing(body))
        case .isOneOf(let inner, let others): return .isOneOf(try inner.replacing(body), try all(others))
        case .isAmong(let inner, let constants): return .isAmong(try inner.replacing(body), constants)
        case .matches(let inner, let patterns): return .matches(try inner.replacing(body), patterns)
        }
    }
}
