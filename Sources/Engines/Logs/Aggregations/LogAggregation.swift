package import SignalModel

/// Makes a hit of a record for `top_hits`, whose parameters say how.
package typealias HitRenderer = (LogRow, DocumentObject) throws(LogQueryError) -> DocumentObject

/// The aggregations of one request, as Elasticsearch defines them in JSON.
package struct LogAggregation {
    private let level: AggregationLevel

    /// `definition` is the object behind `aggs`.
    package init(
        _ definition: DocumentValue, _ query: LogQuery, _ context: LogQueryContext,
        renderHit: @escaping HitRenderer
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
    /// The answer of aggregations over the records of a query; `global` ones are over all in its indices.
    package func aggregate(
        _ query: LogQuery, _ definition: DocumentValue, _ context: LogQueryContext,
        renderHit: @escaping HitRenderer = { _, _ in DocumentObject() }
    ) throws(LogQueryError) -> DocumentValue {
        let (ofQuery, ofAll) = Self.split(definition)
        func answer(_ query: LogQuery, _ definition: DocumentValue) throws(LogQueryError) -> DocumentValue {
            let aggregation = try LogAggregation(definition, query, context, renderHit: renderHit)
            try visit(query) { view throws(LogQueryError) in try aggregation.collect(view) }
            return try aggregation.result()
        }
        var result = try answer(query, ofQuery)
        if let ofAll, case .object(var object) = result {
            var all = query
            all.filter = .all
            all.times = LogQuery.allTimes
            if case .object(let more) = try answer(all, ofAll) {
                for member in more.members { object[member.name] = member.value }
            }
            result = .object(object)
        }
        return result
    }

    private static func split(_ definition: DocumentValue) -> (ofQuery: DocumentValue, ofAll: DocumentValue?) {
        guard case .object(let object) = definition else { return (definition, nil) }
        var (ofQuery, ofAll) = (DocumentObject(), DocumentObject())
        for member in object.members {
            if case .object(let inner) = member.value, inner["global"] != nil {
                ofAll[member.name] = member.value
            } else {
                ofQuery[member.name] = member.value
            }
        }
        return (.object(ofQuery), ofAll.isEmpty ? nil : .object(ofAll))
    }
}
