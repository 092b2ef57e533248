import Basics
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import Rules

@Suite("The rule engine")
struct RuleEngineTests {
    /// Runs blocking work where it stands.
    struct SameThread: BlockingWork {
        func runBlocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
            try body()
        }
    }

    final class CollectingSink: RuleAlertSink {
        let alerts = Mutex<[ObservedAlert]>([])
        func observe(_ alerts: [ObservedAlert], at time: Timestamp) async {
            self.alerts.withLock { $0 += alerts }
        }
    }

    let clock = VirtualClock(minutes(0))
    let querying = ScriptedQuerying()
    let store = MemoryStore()
    let sink = CollectingSink()

    func engine() -> RuleEngine {
        RuleEngine(
            querying: querying, source: store, appender: store, alerts: sink, work: SameThread(), clock: clock)
    }

    /// Runs `body` beside the engine, then stops it.
    func running(_ engine: RuleEngine, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await engine.run() }
            try await body()
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }

    /// Moves time to the next sleeper again and again, `count` sleepers waiting between moves.
    func advance(_ span: Duration, sleepers count: Int) async {
        let target = clock.now() + span
        while clock.now() < target {
            await settle(sleepers: count)
            clock.advance(to: min(target, clock.now() + .seconds(1)))
        }
        await settle(sleepers: count)
    }

    func settle(sleepers count: Int) async {
        for _ in 0..<100_000 where clock.sleeperCount != count { await Task.yield() }
        // The last woken one may be between its evaluation and its next nap.
        for _ in 0..<20 { await Task.yield() }
        #expect(clock.sleeperCount == count)
    }

    @Test("each group is evaluated once an interval, in its slot")
    func schedule() async throws {
        let group = RuleFixtures.group([try RuleFixtures.recording("r", "x")])
        querying.set("x", [(.empty, 7)])
        let engine = engine()
        await engine.apply(RuleConfiguration(groups: [group], externalURL: ""))
        try await running(engine) { await advance(.seconds(300), sleepers: 1) }
        let times = store.samples(labels(("__name__", "r"))).map(\.timestamp)
        #expect(times.count == 5)
        let slots = GroupSchedule(group)
        #expect(times.first == slots.slot(after: minutes(0)))
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == .seconds(60) })
    }

    @Test("slots that pass while the clock leaps are counted as missed")
    func missed() async throws {
        let group = RuleFixtures.group([try RuleFixtures.recording("r", "x")])
        let engine = engine()
        await engine.apply(RuleConfiguration(groups: [group], externalURL: ""))
        try await running(engine) {
            await settle(sleepers: 1)
            clock.jump(to: GroupSchedule(group).slot(after: minutes(0)) - .milliseconds(1))
            await advance(.seconds(1), sleepers: 1)
            clock.jump(to: clock.now() + .seconds(600))
            await advance(.seconds(1), sleepers: 1)
        }
        let statistics = try #require(await engine.reports.first).statistics
        #expect(statistics.iterationsMissed == 9)
        #expect(statistics.iterations == 11)
    }

    @Test("a later rule of a group sees what an earlier one stored")
    func order() async throws {
        let group = RuleFixtures.group([
            try RuleFixtures.recording("first", "x"), try RuleFixtures.recording("second", "first"),
        ])
        querying.set("x", [(.empty, 1)])
        let engine = engine()
        await engine.apply(RuleConfiguration(groups: [group], externalURL: ""))
        try await running(engine) { await advance(.seconds(60), sleepers: 1) }
        #expect(querying.asked.map(\.query) == ["x", "first"])
        #expect(store.values(labels(("__name__", "first"))) == [1])
    }

    @Test("an unchanged group is not disturbed; a changed one keeps its firing alerts")
    func reload() async throws {
        let alert = try RuleFixtures.alerting("A", "x")
        querying.set("x", [(.empty, 1)])
        let engine = engine()
        await engine.apply(RuleConfiguration(groups: [RuleFixtures.group([alert])], externalURL: ""))
        try await running(engine) {
            await advance(.seconds(60), sleepers: 1)
            let grown = RuleFixtures.group([alert, try RuleFixtures.recording("r", "x")])
            await engine.apply(RuleConfiguration(groups: [grown], externalURL: ""))
            await advance(.seconds(60), sleepers: 1)
            await engine.apply(RuleConfiguration(groups: [grown], externalURL: ""))
            await advance(.seconds(60), sleepers: 1)
        }
        let alerts = sink.alerts.withLock { $0 }
        #expect(alerts.count == 3)
        #expect(Set(alerts.map(\.startsAt)).count == 1)
        #expect(store.values(labels(("__name__", "r"))) == [1, 1])
    }

    @Test("what a dropped group wrote is marked stale after two intervals, except what others write now")
    func dropped() async throws {
        let old = RuleFixtures.group(
            [try RuleFixtures.recording("gone", "x"), try RuleFixtures.recording("moved", "x")], name: "old")
        let new = RuleFixtures.group([try RuleFixtures.recording("moved", "x")], name: "new")
        querying.set("x", [(.empty, 1)])
        let engine = engine()
        await engine.apply(RuleConfiguration(groups: [old], externalURL: ""))
        try await running(engine) {
            await advance(.seconds(60), sleepers: 1)
            await engine.apply(RuleConfiguration(groups: [new], externalURL: ""))
            await settle(sleepers: 3)
            let target = clock.now() + .seconds(180)
            while clock.now() < target {
                clock.advance(by: .seconds(1))
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(store.values(labels(("__name__", "gone"))) == [1, nil])
        #expect(!store.values(labels(("__name__", "moved"))).contains(nil))
    }

    @Test("a group whose interval changes runs at the new one only")
    func interval() async throws {
        let rules = [try RuleFixtures.recording("r", "x")]
        querying.set("x", [(.empty, 1)])
        let engine = engine()
        await engine.apply(RuleConfiguration(groups: [RuleFixtures.group(rules)], externalURL: ""))
        try await running(engine) {
            await settle(sleepers: 1)
            await engine.apply(
                RuleConfiguration(groups: [RuleFixtures.group(rules, interval: .seconds(10))], externalURL: ""))
            await settle(sleepers: 2)
            let target = clock.now() + .seconds(120)
            while clock.now() < target {
                clock.advance(by: .seconds(1))
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(store.values(labels(("__name__", "r"))).count == 12)
    }

    @Test("after a start the age of pending alerts comes from the store, after two evaluations")
    func restoring() async throws {
        let group = RuleFixtures.group([try RuleFixtures.alerting("A", "x", hold: .seconds(1800))])
        querying.set("x", [(.empty, 1)])
        store.add(
            labels(("__name__", "ALERTS_FOR_STATE"), ("alertname", "A")),
            [Sample(timestamp: minutes(-1), value: minutes(-40).seconds)])
        let engine = engine()
        await engine.apply(RuleConfiguration(groups: [group], externalURL: ""))
        try await running(engine) {
            await advance(.seconds(120), sleepers: 1)
            #expect(sink.alerts.withLock { $0.isEmpty })
            await advance(.seconds(60), sleepers: 1)
        }
        #expect(sink.alerts.withLock { $0.count } == 1)
    }

    @Test("a store that cannot be read does not end the group; restoring is tried again")
    func restoringFails() async throws {
        let group = RuleFixtures.group([try RuleFixtures.alerting("A", "x", hold: .seconds(1800))])
        querying.set("x", [(.empty, 1)])
        let engine = engine()
        await engine.apply(RuleConfiguration(groups: [group], externalURL: ""))
        store.fail(with: SampleStoreError(.unavailable, "starting"))
        try await running(engine) {
            await advance(.seconds(120), sleepers: 1)
            #expect(await engine.reports[0].rules[0].lastError == "restoring the 'for' state: starting")
            store.fail(with: nil)
            await advance(.seconds(120), sleepers: 1)
        }
        #expect(await engine.reports[0].rules[0].health == .ok)
        #expect(!store.values(labels(("__name__", "ALERTS_FOR_STATE"), ("alertname", "A"))).isEmpty)
    }
}
