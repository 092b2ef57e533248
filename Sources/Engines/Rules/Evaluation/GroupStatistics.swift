package import Basics

/// Counts for the self metrics and the API.
package struct GroupStatistics: Sendable, Hashable {
    /// Evaluations that were due, missed ones included.
    package var iterations: Int64 = 0
    /// Due, but the one before still ran.
    package var iterationsMissed: Int64 = 0
    /// Rules evaluated, and of those failed.
    package var evaluations: Int64 = 0
    package var failures: Int64 = 0
    /// Samples of the latest evaluation.
    package var samples = 0
    package var lastEvaluation: Timestamp?
    package var evaluationTime = Duration.zero
}
