package import Basics
package import PromQL
package import SignalModel

/// Answers the rules' expressions. Calls block and come from the threads of `BlockingWork`.
///
/// A query must see every sample whose append returned before it began.
package protocol RuleQuerying: Sendable {
    /// The value at `time`; a scalar is a vector of one element without labels (see `RuleAnswer.init`).
    func instantVector(_ expression: Expression, at time: Timestamp) throws -> RuleAnswer

    /// The same for the queries that templates make. They are not known before, so they are parsed each time.
    func instantVector(parsing text: String, at time: Timestamp) throws -> RuleAnswer
}

package struct RuleAnswer: Sendable {
    /// Values are floats, and boxes with places in `histograms`.
    package var vector: [InstantSeries]
    package var histograms: [NativeHistogram]
    package var warnings: [String]

    package init(vector: [InstantSeries], histograms: [NativeHistogram] = [], warnings: [String] = []) {
        self.vector = vector
        self.histograms = histograms
        self.warnings = warnings
    }

    /// Throws for a range vector or a text, which no rule can use.
    package init(_ result: QueryResult) throws(RuleError) {
        switch result.value {
        case .vector(let series): vector = series
        case .scalar(let sample): vector = [InstantSeries(labels: .empty, sample: sample)]
        case .string, .matrix: throw RuleError("rule result is not a vector or scalar")
        }
        histograms = result.histograms
        warnings = result.warnings
    }
}

/// Runs work that computes long or blocks where it holds nobody up.
package protocol BlockingWork: Sendable {
    func runBlocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
}

/// Takes what alerting rules have to say. Called after each evaluation of a rule that has something new or due
/// to be repeated; one call at a time for each group, of several groups concurrently.
package protocol RuleAlertSink: Sendable {
    func observe(_ alerts: [ObservedAlert], at time: Timestamp) async
}

/// Why a rule has no result; the text the API shows as `lastError`.
package struct RuleError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}
