internal import Basics
package import SignalModel

/// A query in ES|QL, read and ready to run.
package struct PipeQuery {
    package struct Answer: Sendable {
        package var columns: [(name: String, type: String)]
        package var rows: [[PipeValue]]
    }

    /// Rows of a query that says no limit, and of any, as in Elasticsearch.
    static let rowsAbsent = 1000
    static let rowsMax = 10_000

    package let indices: [String]
    /// Columns that records have beside their fields, and that are asked for by `METADATA`.
    let metadata: [String]
    /// `ROW` makes its only row itself.
    package let hasRecords: Bool
    let commands: [PipeCommand]
    let text: QueryText
    let context: LogQueryContext

    package init(
        _ query: String, _ context: LogQueryContext, parameters: PipeParameters = PipeParameters()
    ) throws(LogQueryError) {
        var parser = try PipeParser(query, context, parameters)
        let source: PipeParser.Source
        (source, commands) = try parser.query()
        switch source {
        case .records(let indices, let metadata):
            (self.indices, self.metadata, hasRecords) = (indices, metadata, true)
        case .row: (indices, metadata, hasRecords) = ([], [], false)
        }
        text = parser.text
        self.context = context
    }

    /// What records must be for the query to see them, as far as an index can help: the first conditions.
    package var filter: LogFilter {
        var parts: [LogFilter] = []
        for command in commands {
            guard case .filter(let expression) = command else { break }
            collect(expression, &parts)
        }
        return .every(parts)
    }

    private func collect(_ expression: PipeExpression, _ parts: inout [LogFilter]) {
        switch expression {
        case .and(let left, let right):
            collect(left, &parts)
            collect(right, &parts)
        case .found(let filter, _, _): parts.append(filter)
        case .isAmong(.column(let name, _), let constants):
            if name != "@timestamp", let texts = constants.onlyTexts, texts.allSatisfy(Self.hasWords) {
                parts.append(.test(.named(name), .anyOf(texts.map { .string($0) })))
            }
        case .comparison(let comparison, .column(let name, _), let right):
            guard let value = constant(right) else { return }
            if let filter = filter(comparison, name, value) { parts.append(filter) }
        default: return
        }
    }

    /// A field of text is found by its words; one that is only signs has none.
    private static func hasWords(_ text: String) -> Bool { !Words.of(text).isEmpty }

    private func constant(_ expression: PipeExpression) -> PipeValue? {
        guard expression.columns.isEmpty else { return nil }
        let value = PipeEvaluation(context: context).value(expression, [])
        return value == .null ? nil : value
    }

    private func filter(_ comparison: PipeExpression.Comparison, _ name: String, _ value: PipeValue) -> LogFilter? {
        guard name == "@timestamp" else {
            guard comparison == .equal, case .text(let text) = value, Self.hasWords(text) else { return nil }
            // Of words all: what is exact is looked at again, row by row.
            return .test(.named(name), .match(.string(text), .allWords))
        }
        let time: Int64
        switch value {
        case .date(let nanoseconds): time = nanoseconds
        case .text(let text):
            guard let date = DateText(text, zone: .utc) else { return nil }
            time = date.first
        default: return nil
        }
        func bound(_ isInclusive: Bool) -> ValueTest.Bound {
            .init(.time(nanoseconds: time), isInclusive: isInclusive)
        }
        switch comparison {
        case .greater: return .test(.named(name), .range(lower: bound(false), upper: nil))
        case .greaterOrEqual: return .test(.named(name), .range(lower: bound(true), upper: nil))
        case .less: return .test(.named(name), .range(lower: nil, upper: bound(false)))
        case .lessOrEqual: return .test(.named(name), .range(lower: nil, upper: bound(true)))
        case .equal: return .test(.named(name), .range(lower: bound(true), upper: bound(true)))
        case .unequal: return nil
        }
    }
}
