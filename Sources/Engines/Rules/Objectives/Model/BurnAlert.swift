package import Basics
package import SignalModel

/// An alert that fires while the budget is spent too fast over a long and, so that it ends soon after the trouble, a
/// short window.
package struct BurnAlert: Sendable, Hashable {
    package var severity: Severity
    package var long: Duration
    /// Nil: the long one decides alone, as OpenSLO's conditions have it.
    package var short: Duration?
    /// How many times as fast as the budget allows.
    package var factor: Double
    /// Fires once it held this long at the end of every minute.
    package var hold: Duration

    package init(
        severity: Severity, long: Duration, short: Duration?, factor: Double, hold: Duration = .zero
    ) {
        self.hold = hold
        self.severity = severity
        self.long = long
        self.short = short
        self.factor = factor
    }

    /// The share of bad events above which it fires.
    package func threshold(target: Double) -> Double { factor * ErrorBudget.share(target) }

    /// Whether it can fire at all: no more than everything can be bad.
    package func isReachable(target: Double) -> Bool { threshold(target: target) < 1 }

    /// How long everything must be bad until it fires, at even traffic.
    package func timeToFire(target: Double) -> Duration { .seconds(long.seconds * threshold(target: target)) }

    /// The share of the budget of `window` that is spent when it fires, at even traffic.
    package func budgetSpent(window: Duration) -> Double { factor * long.seconds / window.seconds }

    /// The four that ship, for an objective over `window`: a fiftieth of the budget in an hour and so on, after the
    /// SRE workbook's fifth chapter. For windows below 30 days all shrink alike, so that the shares stay.
    package static func standard(window: Duration) -> [BurnAlert] {
        let scale = min(1, window.seconds / (30 * 86_400))
        func scaled(_ minutes: Double) -> Duration { .seconds(60 * max(1, (minutes * scale).rounded(.up))) }
        return [
            BurnAlert(severity: .p0, long: scaled(60), short: scaled(5), factor: 14.4),
            BurnAlert(severity: .p1, long: scaled(360), short: scaled(30), factor: 6),
            BurnAlert(severity: .p2, long: scaled(1440), short: scaled(120), factor: 3),
            BurnAlert(severity: .p3, long: scaled(4320), short: scaled(360), factor: 1),
        ]
    }
}
