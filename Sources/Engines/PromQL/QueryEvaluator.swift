package import Basics

/// Answers queries: the engine in process, or a backend that evaluates them itself. Calls block; make them from a
/// thread that may. May be called concurrently.
///
/// Throws `QueryError`, and `SampleStoreError` when whatever holds the samples cannot be had.
package protocol QueryEvaluator: Sendable {
    /// The value at one time. `text` is what `expression` was parsed from, empty when nobody wrote it.
    func instant(
        _ expression: Expression, at time: Timestamp, text: String, cancellation: (any QueryCancellation)?
    ) throws -> QueryResult

    /// The values at `start`, `start + step` … up to `end`, sorted by labels. `step` must be positive.
    func range(
        _ expression: Expression, from start: Timestamp, through end: Timestamp, step: Duration, text: String,
        cancellation: (any QueryCancellation)?
    ) throws -> QueryResult
}
