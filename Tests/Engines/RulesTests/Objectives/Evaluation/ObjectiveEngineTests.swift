import Basics
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import Rules

@Suite("Objectives over time")
struct ObjectiveEngineTests {
    /// Counts may come to more than a test wants to wait for: traffic of whole minutes is put into the store.
    private static func fill(
        _ bench: ObjectiveBench, _ objective: Objective, from: Int64, to: Int64, total: Int64, bad: Int64
    ) throws {
        let series = objective.name + "@1"
        try bench.store.record([
            SeriesMinutes(
                series: series,
                minutes: (from..<to).map { ($0, MinuteCount(bad: bad, total: total)) })
        ])
    }

    @Test(
        "to the event: random traffic with resets, gaps, late samples, restarts and full disks comes to what a count by hand does",
        arguments: [11, 12, 13, 14, 15, 16, 18, 20] as [UInt64])
    func property(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        // Half of them as with a backend whose late samples are known to nobody.
        let bench = try ObjectiveBench(
            disk: MemoryFileSystem(randomness: SeededRandomness(seed: seed &+ 100)), isToldOfLate: seed % 2 == 0)
        let objective = try ObjectiveFixtures.objective()
        try await bench.configure([objective])
        var traffic = RandomTraffic(chance: chance)
        let (first, last): (Int64, Int64) = (100, 340)
        var waiting: [(due: Int64, labels: Labels, sample: Sample)] = []
        for minute in first..<last {
            for (labels, sample) in traffic.minute(minute) {
                // One in ten comes up to 25 minutes late.
                let lag = chance.next() % 10 == 0 ? Int64(chance.next() % 25) : 0
                waiting.append((minute + lag, labels, sample))
            }
            for (labels, due) in Dictionary(grouping: waiting.filter { $0.due <= minute }, by: \.labels) {
                bench.samples.add(labels, due.map(\.sample))
            }
            waiting.removeAll { $0.due <= minute }
            if chance.next() % 40 == 0 { bench.disk.spaceLeft = Int(chance.next() % 30) }
            if chance.next() % 10 == 0 { bench.disk.spaceLeft = nil }
            await bench.tick(minute + 1)
            if chance.next() % 30 == 0 { try? bench.store.fold(at: minute) }
            if chance.next() % 25 == 0 { try await bench.restart([objective]) }
        }
        bench.disk.spaceLeft = nil
        for entry in waiting { bench.samples.add(entry.labels, [entry.sample]) }
        for minute in last...last + 2 { await bench.tick(minute + 1) }
        let wanted = traffic.growth()
        for minute in first..<last {
            let found = bench.store.minutes("checkout@1", from: minute, to: minute + 1)[0]
            #expect(found?.total ?? 0 == wanted[minute]?.total ?? 0, "seed \(seed), minute \(minute)")
            #expect(found?.bad ?? 0 == wanted[minute]?.bad ?? 0, "seed \(seed), minute \(minute)")
        }
        let sum = wanted.values.reduce(into: (bad: Int64(0), total: Int64(0))) {
            $0.bad += $1.bad
            $0.total += $1.total
        }
        let standing = try #require(bench.engine.standings.first)
        #expect(standing.totalCount == UInt64(sum.total), "seed \(seed)")
        #expect(standing.badCount == UInt64(sum.bad), "seed \(seed)")
        #expect(standing.consumed == Double(sum.bad) / (Double(sum.total) * 0.001), "seed \(seed)")
    }

    @Test("a new objective is counted back from the samples that are there")
    func backfill() async throws {
        let bench = try ObjectiveBench(startMinute: 10_000)
        bench.samples.add(
            ObjectiveFixtures.series("200"),
            (0..<10_000).map { Sample(timestamp: Timestamp(milliseconds: $0 * 60_000), value: Double($0 * 10)) })
        try await bench.configure([try ObjectiveFixtures.objective()])
        await bench.tick(10_000)
        #expect(bench.engine.standings.first?.totalCount == 99_990)
        #expect(bench.engine.standings.first?.version == 1)
    }

    @Test("when everything fails, each alert fires in the minute in which the table says it does")
    func fullFailure() async throws {
        for (severity, seconds) in [("P0", 51.84), ("P1", 129.6), ("P2", 259.2), ("P3", 259.2)] {
            let bench = try ObjectiveBench(startMinute: 50_000)
            var objective = try ObjectiveFixtures.objective()
            objective.burnAlerts = objective.burnAlerts.filter { $0.severity.rawValue == severity }
            try await bench.configure([objective])
            try Self.fill(bench, objective, from: 50_000 - 43_200, to: 50_000, total: 1000, bad: 0)
            for minute in 50_000..<50_010 as Range<Int64> {
                await bench.tick(minute)
                try Self.fill(bench, objective, from: minute, to: minute + 1, total: 1000, bad: 1000)
            }
            #expect(
                bench.firstFired(ObjectiveAlerts.burn) == [severity: 50_000 + Int64((seconds / 60).rounded(.up))])
        }
    }

    /// The table's last column: the requests in the long window below which one bad one is above the threshold.
    @Test("one bad request trips an alert only below the table's traffic, and none when more are asked for")
    func lowTraffic() async throws {
        let below: [Int64] = [69, 166, 333, 999]
        for (index, requests) in below.enumerated().flatMap({ [($0, $1), ($0, $1 + 1)] }) {
            for minimum in [1, 5] {
                let bench = try ObjectiveBench(startMinute: 50_000)
                var objective = try ObjectiveFixtures.objective(minimumBadEvents: minimum)
                objective.burnAlerts = [objective.burnAlerts[index]]
                objective.burnAlerts[0].short = nil
                try await bench.configure([objective])
                try Self.fill(bench, objective, from: 49_990, to: 49_991, total: requests, bad: 1)
                await bench.tick(50_000)
                let trips = minimum == 1 && below.contains(requests)
                #expect(bench.firstFired(ObjectiveAlerts.burn).isEmpty != trips, "\(requests) requests, \(minimum)")
            }
        }
    }

    @Test("while a worse burn alert fires no milder one begins, and both end with the trouble")
    func inhibition() async throws {
        let bench = try ObjectiveBench(startMinute: 50_000)
        let objective = try ObjectiveFixtures.objective()
        try await bench.configure([objective])
        try Self.fill(bench, objective, from: 6800, to: 50_000, total: 1000, bad: 0)
        try Self.fill(bench, objective, from: 50_000, to: 50_060, total: 1000, bad: 1000)
        try Self.fill(bench, objective, from: 50_060, to: 50_200, total: 1000, bad: 0)
        await bench.tick(50_060)
        #expect(bench.firstFired(ObjectiveAlerts.burn) == ["P0": 50_060])
        await bench.tick(50_070)
        // The short window of the P0 is good again; the one of the P1 is not yet.
        #expect(bench.firstFired(ObjectiveAlerts.burn) == ["P0": 50_060, "P1": 50_070])
        let ended = bench.sink.alerts.withLock { $0.last { $0.labels["severity"] == "P0" } }
        #expect(ended?.endsAt == Timestamp(milliseconds: 50_070 * 60_000))
    }

    @Test("the policy goes up at once at 50, 75 and 100 %, and down after an hour well below")
    func policy() async throws {
        let bench = try ObjectiveBench(startMinute: 50_000)
        let objective = try ObjectiveFixtures.objective(window: .rolling(.seconds(86_400)))
        try await bench.configure([objective])
        // A day has 1 440 000 events and a budget of 1440.
        try Self.fill(bench, objective, from: 48_000, to: 50_000, total: 1000, bad: 0)
        var states: [BudgetPolicyState] = []
        for (minute, bad) in [(50_000, 719), (50_001, 1), (50_002, 360), (50_003, 360)] as [(Int64, Int64)] {
            try Self.fill(bench, objective, from: minute, to: minute + 1, total: 1000, bad: bad)
            await bench.tick(minute + 1)
            states.append(try #require(bench.engine.standings.first).policyState)
        }
        #expect(states == [.normal, .caution, .criticalFixesOnly, .frozen])
        let frozen = try #require(bench.engine.standings.first)
        #expect(frozen.consumed == 1)
        #expect(bench.journal.transitions.map(\.to) == [.caution, .criticalFixesOnly, .frozen])
        #expect(Set(bench.firstFired(ObjectiveAlerts.consumption).keys) == ["P3", "P2", "P1"])
        // When nothing bad happens any more, it eases when the forecast says: the first bad minute ages out a day
        // later, and an hour of that passes.
        let eases = try #require(frozen.easesAt)
        #expect(eases == Timestamp(milliseconds: (50_000 + 1440 + 1 + 60) * 60_000))
        try Self.fill(bench, objective, from: 50_004, to: 51_600, total: 1000, bad: 0)
        await bench.tick(51_500)
        #expect(bench.engine.standings.first?.policyState == .frozen)
        await bench.tick(51_501)
        #expect(bench.engine.standings.first?.policyState != .frozen)
        #expect(bench.journal.transitions.last?.from == .frozen)
    }

    @Test("with little of the window covered nothing is frozen")
    func young() async throws {
        let bench = try ObjectiveBench(startMinute: 50_000)
        let objective = try ObjectiveFixtures.objective()
        try await bench.configure([objective])
        try Self.fill(bench, objective, from: 49_990, to: 50_000, total: 1000, bad: 1000)
        await bench.tick(50_000)
        let standing = try #require(bench.engine.standings.first)
        #expect(standing.policyState == .normal)
        #expect(standing.consumed > 100)
        #expect(standing.coverage == 10.0 / 43_200)
    }

    @Test("minutes that a correction leaves out do not count, the counts stay, and it can be taken back")
    func corrections() async throws {
        let bench = try ObjectiveBench(startMinute: 50_000)
        let objective = try ObjectiveFixtures.objective(window: .rolling(.seconds(86_400)))
        try await bench.configure([objective])
        try Self.fill(bench, objective, from: 48_560, to: 50_000, total: 100, bad: 0)
        try Self.fill(bench, objective, from: 49_000, to: 49_010, total: 100, bad: 50)
        let correction = ObjectiveCorrection(
            id: "c", objective: "checkout", fromMilliseconds: 49_000 * 60_000 + 30_000,
            toMilliseconds: 49_009 * 60_000 + 1, reason: "planned", by: "user:ann", atMilliseconds: 0)
        try await bench.journal.record(.corrected(correction))
        await bench.tick(50_000)
        let standing = try #require(bench.engine.standings.first)
        #expect(standing.excludedMinutes == 10)
        #expect(standing.badCount == 0)
        #expect(standing.totalCount == 143_000)
        #expect(standing.coverage == 1)
        #expect(bench.store.sum("checkout@1", from: 49_000, to: 49_010).bad == 500)
        try await bench.journal.record(
            .correctionRevoked(objective: "checkout", id: "c", by: "user:bob", reason: "was not", atMilliseconds: 0))
        await bench.tick(50_000)
        #expect(bench.engine.standings.first?.badCount == 500)
    }

    @Test("an objective that is changed is a new version; what counts the same keeps its counts, and both are read")
    func versions() async throws {
        let bench = try ObjectiveBench(startMinute: 50_000)
        var objective = try ObjectiveFixtures.objective()
        try await bench.configure([objective])
        try Self.fill(bench, objective, from: 49_000, to: 50_000, total: 1000, bad: 1)
        await bench.tick(50_000)
        objective.target = 0.99
        try await bench.configure([objective])
        try await bench.configure([objective])
        await bench.tick(50_000)
        let standing = try #require(bench.engine.standings.first)
        #expect(standing.version == 2)
        #expect(standing.totalCount == 1_000_000)
        let readings = try await bench.engine.readings("checkout", at: standing.at)
        #expect(readings.map { ($0.consumed * 1000).rounded() / 1000 } == [1, 0.1])
        objective.indicator = try ObjectiveFixtures.ratio(bad: #"sum(requests_total{code="503"})"#)
        try await bench.configure([objective])
        await bench.tick(50_000)
        #expect(bench.engine.standings.first?.version == 3)
        #expect(bench.engine.standings.first?.totalCount == 0)
        #expect(
            try await bench.engine.readings("checkout", at: standing.at).map(\.totalCount) == [
                1_000_000, 1_000_000, 0,
            ])
    }

    @Test("a minute without late samples looks at its newest samples alone; one that is late, at its own objective's")
    func looks() async throws {
        let bench = try ObjectiveBench(startMinute: 10_000, late: .seconds(7200))
        let others = try ObjectiveFixtures.ratio(
            bad: #"sum(replies_total{code=~"5.."})"#, total: "sum(replies_total)")
        try await bench.configure([
            try ObjectiveFixtures.objective(), try ObjectiveFixtures.objective("replies", indicator: others),
        ])
        func send(_ minute: Int64, second: Int64 = 30, name: String = "requests_total") {
            let labels = Labels([("__name__", name), ("code", "200"), ("instance", "a"), ("job", "shop")])
            bench.samples.add(labels, seconds: Double(minute * 60 + second), Double(minute))
        }
        for minute in 9700..<10_000 as Range<Int64> where minute != 9950 {
            send(minute)
            send(minute, name: "replies_total")
        }
        await bench.tick(10_000)
        send(10_000)
        _ = bench.samples.takeLooks()
        await bench.tick(10_001)
        #expect(bench.samples.takeLooks().values.allSatisfy { $0 >= (10_001 - 12) * 60_000 })
        send(9950)
        await bench.tick(10_002)
        let looks = bench.samples.takeLooks()
        #expect(try #require(looks["requests_total"]) < 9950 * 60_000)
        #expect(try #require(looks["replies_total"]) >= (10_002 - 12) * 60_000)
        #expect(bench.store.minutes("checkout@1", from: 9950, to: 9952).map { $0?.total } == [1, 1])
        // For as long as it lags it is looked at so far back, but no day's samples for each.
        for minute in 10_003..<10_006 as Range<Int64> {
            send(minute - 40, second: 45)
            await bench.tick(minute)
            #expect(try #require(bench.samples.takeLooks()["requests_total"]) >= (minute - 80) * 60_000)
        }
    }

    @Test("an objective is counted anew from samples from a time on, as another version, and that can be taken back")
    func recount() async throws {
        let bench = try ObjectiveBench(startMinute: 50_000)
        let objective = try ObjectiveFixtures.objective()
        try await bench.configure([objective])
        // What was counted once: of the last hundred minutes the samples say otherwise by now.
        try Self.fill(bench, objective, from: 49_000, to: 50_000, total: 1000, bad: 1)
        bench.samples.add(
            ObjectiveFixtures.series("200"),
            (49_890...50_010).map {
                Sample(timestamp: Timestamp(milliseconds: $0 * 60_000), value: Double($0 * 10))
            })
        let from = Timestamp(milliseconds: 49_900 * 60_000)
        for (base, code) in [
            (.samples(from: from - .seconds(16 * 86_400)), .invalid), (.version(1), .conflict),
            (.version(7), .invalid),
        ] as [(ObjectiveEngine.RecountBase, RecountRefusal.Code)] {
            let refusal = await #expect(throws: RecountRefusal.self) {
                try await bench.engine.recount("checkout", base, by: "user:ann", reason: "samples were mended")
            }
            #expect(refusal?.code == code)
        }
        let made = try await bench.engine.recount(
            "checkout", .samples(from: from), by: "user:ann", reason: "samples were mended")
        #expect(made.version == 2 && made.recount?.by == "user:ann")
        await bench.tick(50_000)
        #expect(bench.engine.standings.first?.totalCount == 900_000 + 1000)
        #expect(bench.engine.standings.first?.badCount == 900)
        #expect(
            try await bench.engine.readings("checkout", at: Timestamp(milliseconds: 50_000 * 60_000)).map(
                \.totalCount)
                == [1_000_000, 901_000])
        // It is the same after a crash, and minutes before stay as they were.
        try await bench.restart([objective])
        await bench.tick(50_001)
        #expect(bench.engine.standings.first?.totalCount == 901_010)
        _ = try await bench.engine.recount("checkout", .version(1), by: "user:ann", reason: "they were not")
        await bench.tick(50_001)
        #expect(bench.engine.standings.first?.version == 3)
        #expect(bench.engine.standings.first?.badCount == 1000 - 31)
    }

    @Test("what cannot be counted for a quarter of an hour is told of, with the reason; no traffic is not")
    func uncounted() async throws {
        let bench = try ObjectiveBench(startMinute: 50_000)
        try await bench.configure([try ObjectiveFixtures.objective()])
        await bench.tick(50_015)
        #expect(bench.firstFired(ObjectiveAlerts.uncounted).isEmpty)
        await bench.tick(50_016)
        #expect(bench.firstFired(ObjectiveAlerts.uncounted) == ["P2": 50_016])
        let told = bench.sink.alerts.withLock { $0.last }
        #expect(told?.annotations["summary"].contains("no series match all events") == true)
        for minute in stride(from: 50_010.0, to: 50_018, by: 1) {
            bench.samples.add(ObjectiveFixtures.series("200"), seconds: minute * 60, 5)
        }
        await bench.tick(50_018)
        let ended = bench.sink.alerts.withLock { $0.last { $0.labels["alertname"] == ObjectiveAlerts.uncounted } }
        #expect(ended?.endsAt == Timestamp(milliseconds: 50_018 * 60_000))
        #expect(bench.engine.standings.first?.consumed == 0)
    }
}

/// Two instances that count good and bad requests, restart now and then, and are not always reached.
struct RandomTraffic {
    private let chance: SeededRandomness
    private var counters: [Labels: Double] = [:]
    /// All that was sent, in time order.
    private var sent: [Labels: [Sample]] = [:]

    init(chance: SeededRandomness) { self.chance = chance }

    mutating func minute(_ minute: Int64) -> [(Labels, Sample)] {
        var result: [(Labels, Sample)] = []
        for instance in ["a", "b"] {
            if chance.next() % 40 == 0 {
                for labels in counters.keys where labels["instance"] == instance { counters[labels] = 0 }
            }
            // Not reached in this minute.
            if chance.next() % 8 == 0 { continue }
            for step in 0..<4 as Range<Int64> {
                for code in ["200", "500"] {
                    let labels = ObjectiveFixtures.series(code, instance: instance)
                    let grown = code == "200" ? Double(chance.next() % 50) : Double(chance.next() % 12 / 11)
                    // A series of errors begins with the first one.
                    if code == "500", counters[labels] == nil, grown == 0 { continue }
                    counters[labels, default: 0] += grown
                    let at = Timestamp(milliseconds: minute * 60_000 + step * 15_000 + 3000)
                    result.append((labels, Sample(timestamp: at, value: counters[labels, default: 0])))
                }
            }
        }
        for (labels, sample) in result { sent[labels, default: []].append(sample) }
        return result
    }

    /// By hand: each counter's growth, sample by sample.
    func growth() -> [Int64: (bad: Int64, total: Int64)] {
        var result: [Int64: (bad: Int64, total: Int64)] = [:]
        var heard: [String: Timestamp] = [:]
        for (labels, samples) in sent {
            let first = samples[0].timestamp
            heard[labels["instance"]] = min(heard[labels["instance"]] ?? first, first)
        }
        for (labels, samples) in sent {
            var before: Double?
            for sample in samples {
                var growth = sample.value
                if let before { growth = sample.value >= before ? sample.value - before : sample.value }
                let isBase = before == nil && heard[labels["instance"]] == sample.timestamp
                before = sample.value
                if isBase { continue }
                let minute = sample.timestamp.milliseconds / 60_000
                result[minute, default: (0, 0)].total += Int64(growth)
                if labels["code"] == "500" { result[minute, default: (0, 0)].bad += Int64(growth) }
            }
        }
        return result
    }
}
