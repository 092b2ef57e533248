package import SignalModel

/// The aggregations of one request, as Elasticsearch defines them in JSON.
package struct LogAggregation {
    private let level: AggregationLevel

    /// `definition` is the object behind `aggs`.
    package init(
        _ definition: DocumentValue, _ query: LogQuery, _ context: LogQueryContext,
        renderHit: @escaping (LogRow) -> DocumentValue = { _ in .null }
    ) throws(LogQueryError) {
        var parser = AggregationParser(query, context, renderHit: renderHit)
        level = try parser.level(definition)
    }

    /// Takes in the records of a block.
    package func collect(_ view: LogBlockView) throws(LogQueryError) {
        try level.collect(view, RowSelection(all: view.matching))
    }

    /// The object behind `aggregations`.
    package func result() throws(LogQueryError) -> DocumentValue {
        var object = DocumentObject()
        try level.add(to: &object, 0, .none)
        return .object(object)
    }
}

extension LogSnapshot {
    /// The answer of aggregations over the records of a query.
    package func aggregate(
        _ query: LogQuery, _ definition: DocumentValue, _ context: LogQueryContext,
        renderHit: @escaping (LogRow) -> DocumentValue = { _ in .null }
    ) throws(LogQueryError) -> DocumentValue {
        let aggregation = try LogAggregation(definition, query, context, renderHit: renderHit)
        try visit(query) { view throws(LogQueryError) in try aggregation.collect(view) }
        return try aggregation.result()
    }
}
