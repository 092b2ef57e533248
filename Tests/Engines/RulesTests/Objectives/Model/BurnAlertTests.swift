import Basics
import SignalModel
import Testing

@testable import Rules

@Suite("Burn alerts")
struct BurnAlertTests {
    private static let month = Duration.seconds(30 * 86_400)

    /// Error ratio, budget spent, seconds until it fires when everything fails.
    @Test("the four that ship are those of the multi-window table at 99.9 % over 30 days")
    func table() {
        let alerts = BurnAlert.standard(window: Self.month)
        let wanted: [(Severity, Int64, Int64, Double, Double, Double, Double)] = [
            (.p0, 60, 5, 14.4, 0.0144, 0.02, 51.84), (.p1, 360, 30, 6, 0.006, 0.05, 129.6),
            (.p2, 1440, 120, 3, 0.003, 0.1, 259.2), (.p3, 4320, 360, 1, 0.001, 0.1, 259.2),
        ]
        #expect(alerts.count == wanted.count)
        for (alert, row) in zip(alerts, wanted) {
            #expect(alert.severity == row.0)
            #expect(alert.long == .seconds(row.1 * 60))
            #expect(alert.short == .seconds(row.2 * 60))
            #expect(alert.factor == row.3)
            #expect(abs(alert.threshold(target: 0.999) - row.4) < 1e-12)
            #expect(abs(alert.budgetSpent(window: Self.month) - row.5) < 1e-12)
            #expect(abs(alert.timeToFire(target: 0.999).seconds - row.6) < 1e-6)
        }
    }

    @Test("an alert that could not fire if everything failed is known as one")
    func reachability() {
        let quick = BurnAlert.standard(window: Self.month)[0]
        #expect(quick.isReachable(target: 0.95))
        #expect(!quick.isReachable(target: 0.93))
    }

    @Test("windows shrink with the objective's, shares stay")
    func week() {
        let week = Duration.seconds(7 * 86_400)
        let alerts = BurnAlert.standard(window: week)
        #expect(alerts.map { $0.long.milliseconds / 60_000 } == [14, 84, 336, 1008])
        #expect(abs(alerts[1].budgetSpent(window: week) - 0.05) < 1e-12)
    }
}
