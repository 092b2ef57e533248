import Basics
import Foundation
import Response
import SignalboxServer
import TestKit
import Testing

/// Random histories of plans, overrides, withdrawals and crashes. Whoever was on call at an hour is noted down as the
/// hour passes, and must be the same in the ledger at the end, whatever was planned since.
/// `ONCALL_SIMULATION_SEED` repeats one, `ONCALL_SIMULATION_RUNS` sets how many.
@Suite("Simulation of the on-call book")
struct OnCallBookSimulationTests {
    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    @Test("the past is never rewritten, the last word counts, and a crash changes nothing")
    func histories() throws {
        let runs = Self.setting("ONCALL_SIMULATION_RUNS") ?? 25
        let zone = try #require(SystemZones.rules("Europe/Berlin"))
        for seed in Self.setting("ONCALL_SIMULATION_SEED").map({ $0...$0 }) ?? 1...runs {
            var simulation = Simulation(seed: seed, zone: zone)
            let problem = try simulation.run()
            #expect(problem == nil, "ONCALL_SIMULATION_SEED=\(seed): \(problem ?? "")")
            if problem != nil { return }
        }
    }

    private struct Simulation {
        private let random: SeededRandomness
        private let zone: ZoneRules
        private var history = OperationsHistory(.fixture)
        private var schedule: Schedule
        private var plannedAt: Int64 = 0
        /// As they were asked for: an end that comes earlier is when they were taken back.
        private var overrides: [(id: String, person: String, from: Int64, through: Int64)] = []
        private var seen: [(at: Int64, person: String?)] = []
        private static let hour: Int64 = 3_600_000
        private static let horizon = 40 * 24 * hour

        init(seed: UInt64, zone: ZoneRules) {
            random = SeededRandomness(seed: seed)
            self.zone = zone
            // Six days before the clocks are set back in 2023, or some hours before.
            history.now = 1_698_000_000_000 + Int64(random.next() % 6) * 86_400_000
            schedule = RandomSchedule.make(random, start: history.now / 60_000)
        }

        private func below(_ bound: Int64) -> Int64 { Int64(random.next() % UInt64(bound)) }

        mutating func run() throws -> String? {
            plan()
            for step in 0..<80 {
                switch below(10) {
                case 0:
                    schedule = RandomSchedule.make(random, start: history.now / 60_000)
                    plan()
                case 1: plan()
                case 2, 3: override("o\(step)")
                case 4: withdraw()
                case 5: if let problem = try crash() { return problem }
                default:
                    for _ in 0..<below(30) { if let problem = pass() { return problem } }
                }
            }
            return rewritten()
        }

        private mutating func plan() {
            plannedAt = history.now
            let through = history.now + Self.horizon
            history.feed(
                .onCall(
                    .planned([
                        SchedulePlan(
                            schedule: "s", zone: zone.name, hasKnowledgeTransfer: below(2) == 0,
                            throughMilliseconds: through,
                            shifts: schedule.expand(
                                zone, from: Timestamp(milliseconds: history.now),
                                through: Timestamp(milliseconds: through)))
                    ])))
        }

        private mutating func override(_ id: String) {
            let from = history.now + (below(60) - 20) * Self.hour
            let override = OnCallOverride(
                id: id, schedule: "s", person: "p\(below(4))", fromMilliseconds: from,
                throughMilliseconds: from + (1 + below(60)) * Self.hour, by: "x", why: "")
            history.feed(.onCall(.overridden([override])))
            overrides.append((id, override.person, max(from, history.now), override.throughMilliseconds))
        }

        private mutating func withdraw() {
            guard !overrides.isEmpty else { return }
            let index = Int(below(Int64(overrides.count)))
            history.feed(.onCall(.overrideRemoved(schedule: "s", id: overrides[index].id, by: "x")))
            overrides[index].through = min(overrides[index].through, history.now)
        }

        /// The state as it was, from the journal or from a snapshot.
        private mutating func crash() throws -> String? {
            let before = history.state
            history.restart(keeping: history.journal.count)
            if history.state != before { return "the journal gives another state" }
            let snapshot = try JSONDecoder().decode(OnCallBook.self, from: JSONEncoder().encode(before.onCall))
            return snapshot == before.onCall ? nil : "a snapshot reads back as another book"
        }

        /// An hour goes by. Who is on call is looked up a moment before its end: what is changed at the end counts
        /// from then on.
        private mutating func pass() -> String? {
            if history.now - plannedAt > Self.horizon / 2 { plan() }
            history.advance(milliseconds: Self.hour - 1)
            defer { history.advance(milliseconds: 1) }
            let now = history.now
            let found = history.state.onCall.who("s", at: now)
            let layered = schedule.expand(
                zone, from: Timestamp(milliseconds: now), through: Timestamp(milliseconds: now + 60_000))
            let expected =
                overrides.last { $0.from <= now && now < $0.through }?.person ?? layered.shift(at: now)?.person
            seen.append((now, found))
            guard found != expected else { return nil }
            return "\(RFC3339.format(Timestamp(milliseconds: now))): \(expected ?? "nobody") expected, "
                + "\(found ?? "nobody") found"
        }

        private func rewritten() -> String? {
            guard let ledger = history.state.onCall.schedules["s"], let first = seen.first else { return nil }
            let final = ledger.final(from: first.at, through: history.now + 1)
            for (at, person) in seen where final.shift(at: at)?.person != person {
                let when = RFC3339.format(Timestamp(milliseconds: at))
                return "\(when) was \(person ?? "nobody"), and is \(final.shift(at: at)?.person ?? "nobody") now"
            }
            return nil
        }
    }
}
