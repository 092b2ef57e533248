/// Limits of one query and of the engine.
package struct QueryLimits: Sendable {
    /// Beyond this a query ends with `query timed out in expression evaluation`.
    package var timeout: Duration = .seconds(120)
    /// Points held at once; beyond it the query ends with `query processing would load too many samples into memory`.
    package var samplesMax = 50_000_000
    /// How far back an instant selector looks for a value.
    package var lookback: Duration = .seconds(300)
    /// Step of subqueries that name none: the global evaluation interval.
    package var defaultSubqueryStep: Duration = .seconds(60)

    /// Metric names are dropped when a query is done, not on the way: Prometheus' `promql-delayed-name-removal`.
    package var delaysNameRemoval = false

    package init() {}
}
