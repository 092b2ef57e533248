import Basics
import PromQL
import SignalModel
import Testing

@testable import Rules

@Suite("Rule evaluation")
struct GroupEvaluatorTests {
    let querying = ScriptedQuerying()
    let store = MemoryStore()
    var context: RuleContext {
        RuleContext(querying: querying, externalLabels: labels(("cluster", "eu")), externalURL: "http://box.test/")
    }

    /// One evaluation of every rule, as the engine does it; returns the alerts handed over.
    @discardableResult
    func evaluate(_ evaluator: inout GroupEvaluator, at time: Timestamp) async -> [ObservedAlert] {
        var alerts: [ObservedAlert] = []
        evaluator.begin()
        for (index, rule) in evaluator.group.rules.enumerated() {
            do {
                let finding = try rule.find(in: evaluator.group, at: time, context)
                let outcome = try evaluator.apply(finding, ofRule: index, at: time, context)
                alerts += outcome.alerts
                evaluator.settle(outcome, try await store.append(outcome.batch, policy: .keepValid), ofRule: index)
            } catch {
                evaluator.fail(index, "\(error)")
            }
            evaluator.finishRule(index, at: time, took: .milliseconds(3))
        }
        if let batch = evaluator.cleanUp(at: time) {
            _ = try? await store.append(batch, policy: .keepValid)
            evaluator.cleanedUp()
        }
        evaluator.finish(at: time, took: .milliseconds(5))
        return alerts
    }

    private func alerting(_ report: RuleReport) throws -> AlertingReport {
        guard case .alerting(let alerting) = report.kind else { throw RuleError("not an alerting rule") }
        return alerting
    }

    @Test("a recording rule stores its results under its name, with its labels, without those set empty")
    func recording() async throws {
        let group = RuleFixtures.group([
            try RuleFixtures.recording("job:up:sum", "up", labels: ["team": "infra", "instance": ""])
        ])
        var evaluator = GroupEvaluator(group, isRestored: true)
        querying.set("up", [(labels(("__name__", "up"), ("instance", "a"), ("job", "x")), 1)])
        await evaluate(&evaluator, at: minutes(0))
        #expect(store.values(labels(("__name__", "job:up:sum"), ("job", "x"), ("team", "infra"))) == [1])
        #expect(evaluator.report.rules[0].health == .ok)
    }

    @Test("a series that vanishes from a rule's result gets a stale marker, once")
    func staleness() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([try RuleFixtures.recording("r", "up")]), isRestored: true)
        querying.set("up", [(labels(("job", "x")), 1)])
        await evaluate(&evaluator, at: minutes(0))
        querying.set("up", [])
        await evaluate(&evaluator, at: minutes(1))
        await evaluate(&evaluator, at: minutes(2))
        #expect(store.values(labels(("__name__", "r"), ("job", "x"))) == [1, nil])
    }

    @Test("a rule that fails keeps its series and alerts and says why")
    func failure() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([try RuleFixtures.alerting("Down", "up == 0")]), isRestored: true)
        querying.set("up == 0", [(labels(("job", "x")), 0)])
        await evaluate(&evaluator, at: minutes(0))
        querying.fail("up == 0", "query timed out in expression evaluation")
        await evaluate(&evaluator, at: minutes(1))
        let report = evaluator.report.rules[0]
        #expect(report.health == .err)
        #expect(report.lastError == "query timed out in expression evaluation")
        #expect(try alerting(report).alerts.count == 1)
        #expect(evaluator.statistics.failures == 1)
        #expect(
            store.values(
                labels(("__name__", "ALERTS"), ("alertname", "Down"), ("alertstate", "firing"), ("job", "x"))) == [1])
    }

    @Test("label sets that become equal fail the whole rule, in Prometheus' words")
    func duplicates() async throws {
        let group = RuleFixtures.group([
            try RuleFixtures.recording("r", "up", labels: ["instance": "same"]),
            try RuleFixtures.alerting("A", "up", labels: ["instance": "same"]),
        ])
        var evaluator = GroupEvaluator(group, isRestored: true)
        querying.set("up", [(labels(("instance", "a")), 1), (labels(("instance", "b")), 1)])
        let alerts = await evaluate(&evaluator, at: minutes(0))
        #expect(alerts.isEmpty)
        #expect(store.allLabels.isEmpty)
        let errors = evaluator.report.rules.map(\.lastError)
        #expect(errors[0] == "vector contains metrics with the same labelset after applying rule labels")
        #expect(errors[1] == "vector contains metrics with the same labelset after applying alert labels")
    }

    @Test("a limit fails the rule that exceeds it")
    func limits() async throws {
        let group = RuleFixtures.group(
            [try RuleFixtures.recording("r", "up"), try RuleFixtures.alerting("A", "up")], limit: 1)
        var evaluator = GroupEvaluator(group, isRestored: true)
        querying.set("up", [(labels(("i", "a")), 1), (labels(("i", "b")), 1)])
        await evaluate(&evaluator, at: minutes(0))
        #expect(
            evaluator.report.rules.map(\.lastError) == [
                "exceeded limit of 1 with 2 series", "exceeded limit of 1 with 2 alerts",
            ])
    }

    @Test("an alert is pending until its condition has held for `for`, then fires")
    func pendingThenFiring() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([
                try RuleFixtures.alerting(
                    "Down", "up == 0", hold: .seconds(120), labels: ["severity": "P0"],
                    annotations: ["summary": "{{ $labels.job }} has {{ $value }}"])
            ]), isRestored: true)
        querying.set("up == 0", [(labels(("__name__", "up"), ("job", "x")), 0)])
        #expect(await evaluate(&evaluator, at: minutes(0)).isEmpty)
        #expect(await evaluate(&evaluator, at: minutes(1)).isEmpty)
        #expect(try alerting(evaluator.report.rules[0]).state == .pending)
        let fired = await evaluate(&evaluator, at: minutes(2))
        #expect(
            fired == [
                ObservedAlert(
                    labels: labels(("alertname", "Down"), ("cluster", "eu"), ("job", "x"), ("severity", "P0")),
                    annotations: labels(("summary", "x has 0")), startsAt: minutes(2), endsAt: minutes(6),
                    generatorURL: "http://box.test/graph?g0.expr=up+%3D%3D+0&g0.tab=1")
            ])
        let report = try alerting(evaluator.report.rules[0])
        #expect(report.state == .firing)
        #expect(report.alerts[0].activeAt == minutes(0))
        #expect(report.alerts[0].valueText == "0e+00")
        let common = [("alertname", "Down"), ("job", "x"), ("severity", "P0")]
        let pending = Labels([("__name__", "ALERTS"), ("alertstate", "pending")] + common)
        let firing = Labels([("__name__", "ALERTS"), ("alertstate", "firing")] + common)
        #expect(store.values(pending) == [1, 1, nil])
        #expect(store.values(firing) == [1])
        let forState = Labels([("__name__", "ALERTS_FOR_STATE")] + common)
        #expect(store.values(forState) == Array(repeating: minutes(0).seconds, count: 3))
    }

    @Test("a condition that breaks while pending starts over")
    func pendingIsForgotten() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([try RuleFixtures.alerting("A", "x", hold: .seconds(60))]), isRestored: true)
        querying.set("x", [(.empty, 1)])
        await evaluate(&evaluator, at: minutes(0))
        querying.set("x", [])
        await evaluate(&evaluator, at: minutes(1))
        querying.set("x", [(.empty, 1)])
        #expect(await evaluate(&evaluator, at: minutes(2)).isEmpty)
        #expect(await evaluate(&evaluator, at: minutes(3)).count == 1)
    }

    @Test("a firing alert is told again every minute; its end is four repeats away")
    func repeats() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([try RuleFixtures.alerting("A", "x")], interval: .seconds(15)), isRestored: true)
        querying.set("x", [(.empty, 1)])
        var told: [Int] = []
        for step in 0..<9 {
            let time = minutes(0) + .seconds(15 * step)
            let alerts = await evaluate(&evaluator, at: time)
            if let alert = alerts.first {
                told.append(step)
                #expect(alert.startsAt == minutes(0))
                #expect(alert.endsAt == time + .seconds(240))
            }
        }
        #expect(told == [0, 4, 8])
    }

    @Test("an alert that resolves is told at once and for 15 minutes, then forgotten")
    func resolving() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([try RuleFixtures.alerting("A", "x")]), isRestored: true)
        querying.set("x", [(.empty, 1)])
        await evaluate(&evaluator, at: minutes(0))
        querying.set("x", [])
        var told = 0
        for minute in 1...20 {
            for alert in await evaluate(&evaluator, at: minutes(minute)) {
                told += 1
                #expect(alert.startsAt == minutes(0))
                #expect(alert.endsAt == minutes(1))
            }
            #expect(try alerting(evaluator.report.rules[0]).alerts.isEmpty)
        }
        #expect(told == 16)
        #expect(evaluator.states[0].active.isEmpty)
    }

    @Test("an alert that comes back after resolving is a new one")
    func refiring() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([try RuleFixtures.alerting("A", "x")]), isRestored: true)
        querying.set("x", [(.empty, 1)])
        await evaluate(&evaluator, at: minutes(0))
        querying.set("x", [])
        await evaluate(&evaluator, at: minutes(1))
        querying.set("x", [(.empty, 1)])
        let alerts = await evaluate(&evaluator, at: minutes(2))
        #expect(alerts.map(\.startsAt) == [minutes(2)])
        #expect(alerts.map(\.endsAt) == [minutes(6)])
    }

    @Test("keep_firing_for holds an alert through a gap shorter than itself")
    func keepFiring() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([try RuleFixtures.alerting("A", "x", keepFiring: .seconds(120))]), isRestored: true)
        querying.set("x", [(.empty, 1)])
        await evaluate(&evaluator, at: minutes(0))
        querying.set("x", [])
        await evaluate(&evaluator, at: minutes(1))
        var report = try alerting(evaluator.report.rules[0])
        #expect(report.state == .firing)
        #expect(report.alerts[0].keepFiringSince == minutes(1))
        querying.set("x", [(.empty, 1)])
        await evaluate(&evaluator, at: minutes(2))
        report = try alerting(evaluator.report.rules[0])
        #expect(report.alerts[0].keepFiringSince == nil)
        #expect(report.alerts[0].activeAt == minutes(0))
        querying.set("x", [])
        for minute in 3...5 { await evaluate(&evaluator, at: minutes(minute)) }
        #expect(try alerting(evaluator.report.rules[0]).state == .inactive)
        #expect(evaluator.states[0].active.values.first?.resolvedAt == minutes(5))
    }

    @Test("a template that fails is shown in its place and the alert is told all the same")
    func failingTemplate() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([
                try RuleFixtures.alerting(
                    "A", "x", annotations: ["summary": "{{ first (query \"none\") }}", "other": "fine"])
            ]), isRestored: true)
        querying.set("x", [(.empty, 1)])
        let alerts = await evaluate(&evaluator, at: minutes(0))
        #expect(alerts.count == 1)
        #expect(alerts.first?.annotations["other"] == "fine")
        #expect(
            alerts.first?.annotations["summary"]
                == "<error expanding template: error executing template __alert_A: template: __alert_A:1:4: executing "
                + "\"__alert_A\" at <first (query \"none\")>: error calling first: first() called on vector with no elements>"
        )
    }

    @Test("query_offset moves the query and what is stored, not the alert's times")
    func queryOffset() async throws {
        var evaluator = GroupEvaluator(
            RuleFixtures.group([try RuleFixtures.alerting("A", "x")], offset: .seconds(30)), isRestored: true)
        querying.set("x", [(.empty, 1)])
        let alerts = await evaluate(&evaluator, at: minutes(1))
        #expect(querying.asked.map(\.at) == [minutes(1) - .seconds(30)])
        #expect(alerts.first?.startsAt == minutes(1))
        let series = labels(("__name__", "ALERTS"), ("alertname", "A"), ("alertstate", "firing"))
        #expect(store.samples(series).map(\.timestamp) == [minutes(1) - .seconds(30)])
    }

    @Test("a result the store refuses makes the rule unhealthy and is not marked stale later")
    func refusal() async throws {
        var evaluator = GroupEvaluator(RuleFixtures.group([try RuleFixtures.recording("r", "x")]), isRestored: true)
        querying.set("x", [(labels(("i", "a")), 1), (labels(("i", "b")), 1)])
        store.refuse(labels(("__name__", "r"), ("i", "b")))
        await evaluate(&evaluator, at: minutes(0))
        #expect(evaluator.report.rules[0].health == .err)
        #expect(evaluator.report.rules[0].lastError == "out of order sample: r{i=\"b\"}")
        #expect(evaluator.liveSeries == [labels(("__name__", "r"), ("i", "a"))])
    }

    @Test("alerts are decided even when the store takes nothing")
    func fullDisk() async throws {
        var evaluator = GroupEvaluator(RuleFixtures.group([try RuleFixtures.alerting("A", "x")]), isRestored: true)
        querying.set("x", [(.empty, 1)])
        store.fail(with: SampleStoreError(.unavailable, "no space left on device"))
        #expect(await evaluate(&evaluator, at: minutes(0)).count == 1)
        #expect(evaluator.report.rules[0].lastError == "no space left on device")
    }

    @Test("a changed group keeps the alerts of rules that stay and marks stale what dropped rules wrote")
    func adopting() async throws {
        let stays = try RuleFixtures.alerting("Stays", "x", labels: ["severity": "P1"])
        let drops = try RuleFixtures.recording("drops", "y")
        var old = GroupEvaluator(RuleFixtures.group([drops, stays]), isRestored: true)
        querying.set("x", [(.empty, 1)])
        querying.set("y", [(labels(("i", "a")), 1)])
        await evaluate(&old, at: minutes(0))

        let changed = try RuleFixtures.alerting(
            "Stays", "x", labels: ["severity": "P1"], annotations: ["summary": "new"])
        var new = GroupEvaluator(RuleFixtures.group([changed]), isRestored: true)
        new.adopt(old)
        let alerts = await evaluate(&new, at: minutes(1))
        #expect(alerts.map(\.startsAt) == [minutes(0)])
        #expect(alerts.first?.annotations["summary"] == "new")
        #expect(store.values(labels(("__name__", "drops"), ("i", "a"))) == [1, nil])
        await evaluate(&new, at: minutes(2))
        #expect(store.values(labels(("__name__", "drops"), ("i", "a"))) == [1, nil])
    }
}
