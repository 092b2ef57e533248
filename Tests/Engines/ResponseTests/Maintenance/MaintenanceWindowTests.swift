import Alerting
import Basics
import SignalModel
import TestKit
import Testing

@testable import Response

@Suite("Maintenance windows")
struct MaintenanceWindowTests {
    private func window(
        _ weekdays: Set<Int64> = [1], at hour: Int64 = 22, hours: Int = 2, zone: ZoneRules = .berlin,
        matcher: String = "c"
    ) throws -> MaintenanceWindow {
        MaintenanceWindow(
            name: "upgrade", matchers: [try Matcher("cluster", .equal, matcher)], weekdays: weekdays,
            startSeconds: hour * 3600, duration: .seconds(hours * 3600), zone: zone, comment: "nodes are renewed",
            isLeftOutOfObjectives: true)
    }

    private func time(_ text: String) throws -> Timestamp { try #require(RFC3339.parse(text)) }

    @Test(
        "its turns are local: an hour earlier in UTC in summer, and when the clocks skip its start",
        arguments: [
            ("2026-03-23T00:00:00Z", Int64(1), Int64(22), ["2026-03-24T21:00:00Z"]),
            ("2026-03-30T00:00:00Z", 1, 22, ["2026-03-31T20:00:00Z"]),
            ("2026-03-28T00:00:00Z", 6, 2, ["2026-03-29T01:00:00Z"]),
            ("2026-10-24T00:00:00Z", 6, 2, ["2026-10-25T00:00:00Z"]),
        ])
    func turns(from: String, weekday: Int64, hour: Int64, expected: [String]) throws {
        let from = try time(from)
        let turns = try window([weekday], at: hour).turns(from: from, through: from + .seconds(7 * 86_400))
        #expect(turns.map { RFC3339.format($0.start) } == expected)
        #expect(turns.allSatisfy { $0.end == $0.start + .seconds(7200) })
    }

    @Test("one that has begun already counts; one that is over does not")
    func begun() throws {
        let window = try window()
        let start = try time("2026-03-24T21:00:00Z")
        for (later, count) in [(0, 1), (7199, 1), (7200, 0)] {
            let from = start + .seconds(later)
            #expect(window.turns(from: from, through: from + .seconds(86_400)).count == count)
        }
    }

    @Test(
        "turns that came and went while nothing ran are left out of objectives, those of a window unheard of are not")
    func missed() throws {
        var history = OperationsHistory(.fixture, startingAt: try time("2026-03-23T20:00:00Z").milliseconds)
        plan([try window()], &history)
        let later = Timestamp(milliseconds: history.now) + .seconds(30 * 86_400)
        let turns = history.state.leftOutTurns([try window()], at: later)
        #expect(
            turns.map { RFC3339.format(Timestamp(milliseconds: $0.fromMilliseconds)) } == [
                "2026-03-24T21:00:00Z", "2026-03-31T20:00:00Z", "2026-04-07T20:00:00Z", "2026-04-14T20:00:00Z",
                "2026-04-21T20:00:00Z",
            ])
        #expect(
            turns.allSatisfy { $0.toMilliseconds - $0.fromMilliseconds == 7_200_000 && $0.matches(["cluster": "c"]) })
        // Another one of that name was planned for nobody.
        let changed = try window(matcher: "d")
        #expect(history.state.leftOutTurns([changed], at: later).count == 1)
        #expect(OperationsHistory(.fixture, startingAt: 0).state.leftOutTurns([changed], at: later).isEmpty)
    }

    private func labels(_ severity: String) -> [String: String] {
        ["alertname": "Down", "severity": severity, "cluster": "c"]
    }

    private func plan(_ windows: [MaintenanceWindow], _ history: inout OperationsHistory) {
        let now = Timestamp(milliseconds: history.now)
        let inputs = history.state.maintenance(windows, from: now, through: now + .seconds(8 * 86_400))
        for input in inputs { history.feed(input) }
    }

    @Test("in it nobody is woken, not for a P0 either, and after it who should be is")
    func silenced() throws {
        var history = OperationsHistory(.fixture, startingAt: try time("2026-03-24T20:00:00Z").milliseconds)
        plan([try window()], &history)
        history.advance(minutes: 70)
        history.fire(labels("P0"))
        history.advance(minutes: 100)
        #expect(history.messages(.page).isEmpty)
        let silences = history.state.routing.silences.silences.values
        let silence = try #require(silences.min { $0.startsAtMilliseconds < $1.startsAtMilliseconds })
        #expect(
            silence.annotations == [
                "maintenance": "upgrade", "objectives": "left out", "begins": "2026-03-24T21:00:00Z",
            ])
        history.advance(minutes: 20)
        let end = try time("2026-03-24T23:00:00Z").milliseconds
        #expect(history.messages(.page, to: "engineer").map(\.at) == [end])
    }

    @Test("planned again nothing is made twice, and what a person ended stays ended")
    func again() throws {
        var history = OperationsHistory(.fixture, startingAt: try time("2026-03-24T20:00:00Z").milliseconds)
        let windows = [try window([0, 1, 2, 3, 4, 5, 6])]
        plan(windows, &history)
        let made = history.state.routing.silences.silences
        #expect(made.count == 8)
        let first = try #require(made.values.min { $0.startsAtMilliseconds < $1.startsAtMilliseconds })
        history.feed(.silenceExpired(id: first.id, by: "user:ada"))
        let now = history.state.now
        #expect(history.state.maintenance(windows, from: now, through: now + .seconds(8 * 86_400)).isEmpty)
        history.advance(minutes: 1440)
        plan(windows, &history)
        #expect(history.state.routing.silences.silences.count == 9)
        #expect(history.state.routing.silences.silences[first.id]?.state(at: history.now) == .expired)
    }

    @Test("a window that is changed or gone takes what was to come with it")
    func changed() throws {
        var history = OperationsHistory(.fixture, startingAt: try time("2026-03-24T20:00:00Z").milliseconds)
        plan([try window()], &history)
        plan([try window(matcher: "d")], &history)
        func standing() -> [Silence] {
            history.state.routing.silences.silences.values.filter { $0.state(at: history.now) != .expired }
        }
        #expect(standing().map { $0.matchers.map(\.value) } == [["d"], ["d"]])
        plan([], &history)
        #expect(standing().isEmpty)
    }
}
