import Basics
import PromQL
import SignalModel
import Synchronization
import TestKit

@testable import Rules

enum ObjectiveFixtures {
    static func sum(_ text: String, isCounter: Bool = true) throws -> CountedSum {
        try CountedSum(PromQLParser.parse(text), isCounter: isCounter)
    }

    static func ratio(
        bad: String = #"sum(requests_total{code=~"5.."})"#, total: String = "sum(requests_total)"
    ) throws -> Indicator {
        .ratio(.bad, try sum(bad), total: try sum(total), reading: .counter)
    }

    static func objective(
        _ name: String = "checkout", indicator: Indicator? = nil, method: BudgetingMethod = .occurrences,
        target: Double = 0.999, window: ObjectiveWindow = .rolling(.seconds(30 * 86_400)),
        minimumBadEvents: Int = 0, policy: BudgetPolicy = BudgetPolicy()
    ) throws -> Objective {
        Objective(
            name: name, service: "shop", kind: .requestAvailability, indicator: try indicator ?? ratio(),
            method: method, target: target, window: window, burnAlerts: BurnAlert.standard(window: window.length),
            minimumBadEvents: minimumBadEvents, policy: policy)
    }

    static func series(_ code: String, instance: String = "a") -> Labels {
        Labels([("__name__", "requests_total"), ("code", code), ("instance", instance), ("job", "shop")])
    }
}

/// Samples that may come late, from senders and from the engine itself.
final class TrafficStore: SampleSource, SampleAppender {
    private let loaded = Mutex(LoadedStore())
    let arrivals = LateArrivals()
    /// How far back each metric was looked at, in milliseconds.
    private let looks = Mutex([String: Int64]())

    func takeLooks() -> [String: Int64] {
        looks.withLock { looks in
            defer { looks = [:] }
            return looks
        }
    }

    func add(_ labels: Labels, _ samples: [Sample]) {
        loaded.withLock { $0.add(labels, samples) }
        note(labels, samples)
    }

    func add(_ labels: Labels, _ samples: [Sample], _ histograms: [NativeHistogram]) {
        loaded.withLock { $0.add(labels, samples, histograms) }
        note(labels, samples)
    }

    private func note(_ labels: Labels, _ samples: [Sample]) {
        var batch = SampleBatch()
        batch.beginSeries(labels)
        for sample in samples { batch.append(sample) }
        arrivals.note(batch)
    }

    func add(_ labels: Labels, seconds: Double, _ value: Double) {
        add(labels, [Sample(timestamp: Timestamp(seconds: seconds), value: value)])
    }

    func select(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) throws -> [any SelectedSeries] {
        let name = matchers.first { $0.name == Labels.metricName }?.value ?? ""
        looks.withLock { $0[name] = min($0[name] ?? .max, from.milliseconds) }
        return try loaded.withLock { $0 }.select(matchers, from: from, through: through, sorted: sorted)
    }

    func labelNames(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] { [] }

    func labelValues(_ name: String, _ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] {
        try loaded.withLock { $0 }.labelValues(name, matchers, from: from, through: through)
    }

    func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome { AppendOutcome() }
}

final class MemoryJournal: ObjectiveJournal {
    private let state = Mutex((book: ObjectiveBook(), events: [ObjectiveEvent]()))

    var book: ObjectiveBook { state.withLock { $0.book } }
    var events: [ObjectiveEvent] { state.withLock { $0.events } }
    var transitions: [PolicyTransition] {
        events.compactMap { if case .policyChanged(let transition) = $0 { transition } else { nil } }
    }

    var firingAlerts: [ObservedAlert] { [] }

    func record(_ event: ObjectiveEvent) async throws {
        state.withLock { state in
            state.book.apply(event)
            state.events.append(event)
        }
    }
}

/// An engine whose minutes a test counts itself.
final class ObjectiveBench {
    let samples = TrafficStore()
    let journal = MemoryJournal()
    let sink = RuleEngineTests.CollectingSink()
    let disk: MemoryFileSystem
    private(set) var store: CountsStore
    private(set) var engine: ObjectiveEngine
    let settings: ObjectiveEngine.Settings
    private let clock: VirtualClock
    private let isToldOfLate: Bool

    init(
        disk: MemoryFileSystem = MemoryFileSystem(randomness: SeededRandomness(seed: 1)),
        startMinute: Int64 = 0, late: Duration = .seconds(1800), isToldOfLate: Bool = true
    ) throws {
        self.disk = disk
        self.isToldOfLate = isToldOfLate
        clock = VirtualClock(Timestamp(milliseconds: startMinute * 60_000))
        settings = ObjectiveEngine.Settings(late: late, samplesKept: .seconds(15 * 86_400))
        store = try CountsStore(directory: "objectives", disk: disk)
        engine = ObjectiveEngine(
            store: store, source: samples, arrivals: isToldOfLate ? samples.arrivals : nil, appender: samples,
            alerts: sink, journal: journal, work: RuleEngineTests.SameThread(), clock: clock,
            settings: settings)
    }

    func configure(_ objectives: [Objective]) async throws {
        try await engine.apply(
            objectives, ObjectiveContext(externalLabels: .empty, externalURL: "http://s"), settings)
    }

    /// As after a crash: only what is on disk and in the journal is left.
    func restart(_ objectives: [Objective]) async throws {
        disk.crash()
        store = try CountsStore(directory: "objectives", disk: disk)
        engine = ObjectiveEngine(
            store: store, source: samples, arrivals: isToldOfLate ? samples.arrivals : nil, appender: samples,
            alerts: sink, journal: journal, work: RuleEngineTests.SameThread(), clock: clock,
            settings: settings)
        try await configure(objectives)
    }

    func tick(_ minute: Int64) async {
        clock.advance(to: Timestamp(milliseconds: minute * 60_000))
        await engine.tick(minute)
    }

    /// What was told of each kind of alert, by severity, as the minute at which it began.
    func firstFired(_ name: String) -> [String: Int64] {
        var result: [String: Int64] = [:]
        for alert in sink.alerts.withLock({ $0 }) where alert.labels["alertname"] == name {
            let severity = alert.labels["severity"]
            if result[severity] == nil { result[severity] = alert.startsAt.milliseconds / 60_000 }
        }
        return result
    }
}
