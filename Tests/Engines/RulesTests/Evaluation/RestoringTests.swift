import Basics
import SignalModel
import Testing

@testable import Rules

@Suite("`for` state across restarts")
struct RestoringTests {
    let forState = labels(("__name__", "ALERTS_FOR_STATE"), ("alertname", "A"), ("job", "x"))

    /// An alert that is pending after a restart at minute 100, given what was stored; returns its `activeAt`.
    private func restored(hold: Int, _ samples: [Sample]) throws -> Timestamp? {
        let querying = ScriptedQuerying()
        querying.set("x", [(labels(("job", "x")), 1)])
        let rule = try RuleFixtures.alerting("A", "x", hold: .seconds(hold * 60))
        let group = RuleFixtures.group([rule])
        var evaluator = GroupEvaluator(group, isRestored: false)
        let context = RuleContext(querying: querying, externalLabels: .empty, externalURL: "")
        let finding = try rule.find(in: group, at: minutes(100), context)
        let outcome = try evaluator.apply(finding, ofRule: 0, at: minutes(100), context)
        if rule.isWorthRestoring { #expect(outcome.batch.isEmpty) }
        let store = MemoryStore()
        store.add(forState, samples)
        evaluator.restore(try GroupEvaluator.storedStates(of: group, in: store, at: minutes(100)), at: minutes(100))
        #expect(!evaluator.needsRestoring)
        return evaluator.states[0].active.values.first?.activeAt
    }

    private func stored(active: Int, until down: Int) -> [Sample] {
        (active...down).map { Sample(timestamp: minutes($0), value: minutes(active).seconds) }
    }

    @Test("an alert that fired before keeps its age and fires at once")
    func fired() throws {
        #expect(try restored(hold: 30, stored(active: 50, until: 95)) == minutes(50))
    }

    @Test("an alert about to fire waits the grace period, not the whole `for`")
    func nearly() throws {
        // 25 of 30 minutes were over; 5 are less than the 10 of the grace period.
        #expect(try restored(hold: 30, stored(active: 70, until: 95)) == minutes(100 + 10 - 30))
    }

    @Test("otherwise the time nobody watched does not count")
    func pending() throws {
        #expect(try restored(hold: 60, stored(active: 85, until: 95)) == minutes(90))
    }

    @Test("after an outage of more than an hour alerts start anew")
    func longOutage() throws {
        #expect(try restored(hold: 60, stored(active: 20, until: 35)) == minutes(100))
    }

    @Test("an alert that had resolved starts anew")
    func resolvedBefore() throws {
        let samples = stored(active: 85, until: 90) + [Sample(timestamp: minutes(91), value: StaleMarker.value)]
        #expect(try restored(hold: 60, samples) == minutes(100))
    }

    @Test("a `for` shorter than the grace period is waited for anew")
    func shortHold() throws {
        #expect(try restored(hold: 5, stored(active: 85, until: 95)) == minutes(100))
    }

    @Test("nonsense in the store is not taken for a time", arguments: [Double.nan, .infinity, 1e300])
    func nonsense(_ value: Double) throws {
        #expect(try restored(hold: 30, [Sample(timestamp: minutes(95), value: value)]) == minutes(100))
    }
}
