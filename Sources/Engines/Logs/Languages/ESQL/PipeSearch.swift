internal import SignalModel

/// Functions that search records as Kibana and Lucene do: by words rather than by whole values.
enum PipeSearch: String {
    case kql, match, qstr
    case matchPhrase = "match_phrase"

    var arity: ClosedRange<Int> {
        switch self {
        case .kql, .qstr: 1...1
        case .match, .matchPhrase: 2...2
        }
    }
}

extension PipeParser {
    mutating func found(
        _ search: PipeSearch, _ arguments: [Argument], _ start: Int
    ) throws(LogQueryError) -> PipeExpression {
        let last = arguments[arguments.count - 1]
        guard case .literal(let value) = last.expression else {
            throw text.error("expected a value that does not depend on the record", at: last.at)
        }
        switch search {
        case .match, .matchPhrase:
            guard case .column(let name, let place) = arguments[0].expression else {
                throw text.error("expected the name of a field", at: arguments[0].at)
            }
            return try match(
                name, at: place, value, search == .match ? .anyWord : .phrase(slop: 0))
        case .kql, .qstr:
            guard case .text(let query) = value else {
                throw text.error("expected a query in quotes", at: last.at)
            }
            do {
                let filter =
                    search == .kql
                    ? try KQLParser.filter(query, context)
                    : try LuceneParser.filter(query, LuceneOptions(), context)
                return .found(filter, field: nil, at: start)
            } catch {
                throw text.error("the query in quotes, \(error)", at: last.at)
            }
        }
    }

    /// `field : "words"`.
    mutating func match(
        _ field: String, at start: Int, _ value: PipeValue, _ mode: ValueTest.MatchMode = .anyWord
    ) throws(LogQueryError) -> PipeExpression {
        let selector = FieldSelector.named(field)
        let test: ValueTest
        switch value {
        case .bool(let flag): test = .match(.bool(flag), mode)
        case .long(let number): test = .match(.integer(number), mode)
        case .double(let number): test = .match(.double(number), mode)
        case .text(let words):
            do { test = try QueryConstants(context).equality(selector, words, mode) } catch {
                throw text.error(error.message, at: start)
            }
        case .null, .date, .span, .several:
            throw text.error("[\(field)] is searched for a text, a number, true or false", at: start)
        }
        try clauses.add()
        return .found(.test(selector, test), field: field, at: start)
    }
}
