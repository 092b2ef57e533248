import Basics
import Foundation
import Response
import SignalboxServer
import TestKit
import Testing

/// Random schedules, expanded over years, against a walk minute by minute that knows nothing of transitions: it reads
/// the clock on the wall from Foundation and asks who that reading means.
/// `SCHEDULE_SIMULATION_SEED` repeats one, `SCHEDULE_SIMULATION_RUNS` sets how many schedules a zone gets, each over
/// `SCHEDULE_SIMULATION_YEARS`.
@Suite("Simulation of schedules")
struct ScheduleSimulationTests {
    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    @Test(
        "every minute has the person that the clock on the wall says",
        arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
    func againstEveryMinute(zone: String) throws {
        let rules = try #require(SystemZones.rules(zone))
        let years = Self.setting("SCHEDULE_SIMULATION_YEARS") ?? 1
        let wall = try WallClockReadings(zone: zone, fromYear: 2026, years: Int(years))
        let runs = Self.setting("SCHEDULE_SIMULATION_RUNS") ?? 2
        let only = Self.setting("SCHEDULE_SIMULATION_SEED")
        for seed in only.map({ $0...$0 }) ?? 1...runs {
            let random = SeededRandomness(seed: seed)
            let schedule = RandomSchedule.make(random, start: wall.startLocalMinutes)
            let problem = wall.firstDifference(schedule, rules)
            #expect(problem == nil, "SCHEDULE_SIMULATION_SEED=\(seed) \(zone): \(problem ?? "") of \(schedule)")
            if problem != nil { return }
        }
    }

    @Test("the canary: a hand-over that is an hour late is noticed")
    func canary() throws {
        let wall = try WallClockReadings(zone: "Europe/Berlin", fromYear: 2026, years: 1)
        let random = SeededRandomness(seed: 1)
        let schedule = RandomSchedule.make(random, start: wall.startLocalMinutes)
        let late = try #require(SystemZones.rules("Europe/London"))
        #expect(wall.firstDifference(schedule, late) != nil)
    }
}

/// What the clocks of a zone show at every minute of some years.
private struct WallClockReadings {
    /// UTC, minutes since 1970.
    let start: Int64
    /// The latest minute of local time shown so far, from `start` on: an hour that is repeated counts once.
    let latestLocalMinutes: [Int32]
    var startLocalMinutes: Int64 { Int64(latestLocalMinutes[0]) }

    init(zone name: String, fromYear year: Int64, years: Int) throws {
        let zone = try #require(TimeZone(identifier: name))
        start = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch * 1440
        let end = CivilDate(year: year + Int64(years), month: 1, day: 1).daysSinceEpoch * 1440
        var readings: [Int32] = []
        readings.reserveCapacity(Int(end - start))
        var latest = Int32.min
        var offset: Int64 = 0
        for minute in start..<end {
            // Clocks are set at a quarter of an hour of UTC in these zones and years.
            if minute % 15 == 0 {
                offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(minute * 60)))) / 60
            }
            latest = max(latest, Int32(minute + offset))
            readings.append(latest)
        }
        latestLocalMinutes = readings
    }

    func firstDifference(_ schedule: Schedule, _ rules: ZoneRules) -> String? {
        let from = Timestamp(milliseconds: start * 60_000)
        let through = Timestamp(milliseconds: (start + Int64(latestLocalMinutes.count)) * 60_000)
        let shifts = schedule.expand(rules, from: from, through: through)
        var next = 0
        var handOvers = schedule.layers.map(Self.handOvers)
        for (index, local) in latestLocalMinutes.enumerated() {
            let time = (start + Int64(index)) * 60_000
            while next < shifts.count, shifts[next].throughMilliseconds <= time { next += 1 }
            let found = next < shifts.count && shifts[next].contains(time) ? shifts[next].person : nil
            let expected = Self.person(schedule, &handOvers, at: Int64(local))
            if found != expected {
                let when = RFC3339.format(Timestamp(milliseconds: time))
                return "\(when): \(expected ?? "nobody") expected, \(found ?? "nobody") found"
            }
        }
        return nil
    }

    /// Who a reading of the clock on the wall means.
    private static func person(
        _ schedule: Schedule, _ handOvers: inout [ArraySlice<Int64>], at minute: Int64
    ) -> String? {
        for (index, layer) in schedule.layers.enumerated().reversed() {
            if minute * 60 < layer.startLocalSeconds { continue }
            if let end = layer.endLocalSeconds, minute * 60 >= end { continue }
            // 1970-01-05 was a Monday.
            let ofWeek = (minute - 4 * 1440 + 100_000 * 10_080) % 10_080 * 60
            let isOpen =
                layer.windows.isEmpty
                || layer.windows.contains { window in
                    let since = (ofWeek - window.startSeconds + CivilWeek.weekSeconds) % CivilWeek.weekSeconds
                    return since < window.lengthSeconds
                }
            if !isOpen { continue }
            let turn = turn(layer, &handOvers[index], at: minute * 60)
            let count = Int64(layer.people.count)
            return layer.people[Int((turn % count + count) % count)]
        }
        return nil
    }

    private static func turn(_ layer: ScheduleLayer, _ handOvers: inout ArraySlice<Int64>, at local: Int64) -> Int64 {
        switch layer.turn {
        case .seconds(let length):
            let since = local - layer.anchorLocalSeconds
            return since / length - (since % length < 0 ? 1 : 0)
        case .months:
            while let next = handOvers.dropFirst().first, next <= local { handOvers.removeFirst() }
            return Int64(handOvers.startIndex) - earlierTurns
        }
    }

    private static let earlierTurns: Int64 = 24

    /// Of a monthly layer, one after the other as Foundation's calendar counts months, from two years before the anchor.
    private static func handOvers(_ layer: ScheduleLayer) -> ArraySlice<Int64> {
        guard case .months(let length) = layer.turn, let utc = TimeZone(secondsFromGMT: 0) else { return [] }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = utc
        let anchor = Date(timeIntervalSince1970: Double(layer.anchorLocalSeconds))
        return (-earlierTurns...200).compactMap { turn in
            calendar.date(byAdding: .month, value: Int(turn * length), to: anchor)
                .map { Int64($0.timeIntervalSince1970) }
        }[...]
    }
}
