import Basics
import PromQL
import SignalModel
import TestKit
import Testing

@testable import Rules

/// Rules over the query engine itself, as the server puts them together.
@Suite("Rules over real queries")
struct RealQueryTests {
    struct Queries: RuleQuerying {
        let engine: QueryEngine

        func instantVector(_ expression: Expression, at time: Timestamp) throws -> RuleAnswer {
            try RuleAnswer(engine.instant(expression, at: time))
        }

        func instantVector(parsing text: String, at time: Timestamp) throws -> RuleAnswer {
            try instantVector(PromQLParser.parse(text), at: time)
        }
    }

    let store = MemoryStore()
    let up = labels(("__name__", "up"), ("instance", "a:9100"), ("job", "node"))

    private func evaluate(_ evaluator: inout GroupEvaluator, at time: Timestamp) async throws -> [ObservedAlert] {
        let engine = QueryEngine(source: store, limits: QueryLimits(), clock: VirtualClock(time))
        let context = RuleContext(querying: Queries(engine: engine), externalLabels: .empty, externalURL: "http://x")
        var alerts: [ObservedAlert] = []
        for (index, rule) in evaluator.group.rules.enumerated() {
            let outcome = try evaluator.apply(
                try rule.find(in: evaluator.group, at: time, context), ofRule: index, at: time, context)
            alerts += outcome.alerts
            evaluator.settle(outcome, try await store.append(outcome.batch, policy: .keepValid), ofRule: index)
        }
        return alerts
    }

    @Test("an exporter that stops answering fires at the next evaluation and resolves when it answers")
    func exporterDown() async throws {
        let rule = try RuleFixtures.alerting(
            "ExporterDown", "up == 0", labels: ["severity": "P0"],
            annotations: [
                "summary": "{{ with query \"count(up)\" }}{{ . | first | value }}{{ end }} of {{ $labels.job }}"
            ])
        var evaluator = GroupEvaluator(RuleFixtures.group([rule]), isRestored: true)
        store.add(up, [Sample(timestamp: minutes(0), value: 1)])
        #expect(try await evaluate(&evaluator, at: minutes(0)).isEmpty)
        store.add(up, [Sample(timestamp: minutes(1), value: 0)])
        let fired = try await evaluate(&evaluator, at: minutes(1))
        #expect(fired.map { $0.labels["severity"] } == ["P0"])
        #expect(fired.first?.annotations["summary"] == "1 of node")
        store.add(up, [Sample(timestamp: minutes(2), value: 1)])
        let resolved = try await evaluate(&evaluator, at: minutes(2))
        #expect(resolved.map(\.endsAt) == [minutes(2)])
        #expect(resolved.map(\.labels) == fired.map(\.labels))
    }

    @Test("a rule sees what the rule before it stored in the same evaluation, and its stale marker")
    func chain() async throws {
        let group = RuleFixtures.group([
            try RuleFixtures.recording("job:up:sum", "sum by (job) (up)"),
            try RuleFixtures.alerting("NothingUp", "job:up:sum < 1"),
        ])
        var evaluator = GroupEvaluator(group, isRestored: true)
        store.add(up, [Sample(timestamp: minutes(0), value: 0)])
        #expect(try await evaluate(&evaluator, at: minutes(0)).count == 1)
        store.add(up, [Sample(timestamp: minutes(1), value: StaleMarker.value)])
        let resolved = try await evaluate(&evaluator, at: minutes(1))
        #expect(resolved.map(\.endsAt) == [minutes(1)])
        #expect(store.values(labels(("__name__", "job:up:sum"), ("job", "node"))) == [0, nil])
    }

    @Test("a scalar is a vector of one element without labels; a text fails the rule")
    func kinds() throws {
        #expect(
            try RuleAnswer(QueryResult(value: .scalar(Sample(timestamp: minutes(0), value: 2)))).vector
                == [InstantSeries(labels: .empty, sample: Sample(timestamp: minutes(0), value: 2))])
        #expect(throws: RuleError("rule result is not a vector or scalar")) {
            try RuleAnswer(QueryResult(value: .string("x", at: minutes(0))))
        }
    }
}
