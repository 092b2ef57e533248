import Basics
import PromQL
import Rules
import SignalModel
import WireFormats

/// A file of unit tests for rules in promtool's form (prometheus.io, "Unit testing for rules").
struct RuleTestFile {
    var groups: [RuleGroup]
    var evaluationInterval: Duration
    /// Differences in the last bit of a float are none.
    var comparesFuzzily: Bool
    var tests: [RuleTest]
    /// Patterns that no file matches, which is no failure to promtool.
    var warnings: [String]
}

/// One story: series that go on, and what is asked about them at some times, all from `start`.
struct RuleTest: Sendable {
    var name: String
    var interval: Duration
    var start: Timestamp
    var series: [SeriesDescription]
    var externalLabels: Labels
    var externalURL: String
    var alerts: [AlertCheck]
    var expressions: [ExpressionCheck]

    var lastTime: Duration { max(alerts.map(\.at).max() ?? .zero, expressions.map(\.at).max() ?? .zero) }

    /// Which alerts of one name fire at a time.
    struct AlertCheck: Sendable {
        var at: Duration
        var name: String
        var expected: [ExpectedAlert]
        /// File, line and column.
        var place: String
    }

    struct ExpectedAlert: Hashable, Sendable {
        /// With `alertname`.
        var labels: Labels
        var annotations: Labels
    }

    /// What an expression yields at a time.
    struct ExpressionCheck: Sendable {
        var at: Duration
        var text: String
        var expression: Expression
        var expected: [ExpectedSample]
        /// File, line and column.
        var place: String
    }

    struct ExpectedSample: Sendable {
        var labels: Labels
        var value: Double
        var histogram: NativeHistogram?
    }
}
