import Basics
import Response
import TestKit
import Testing

@Suite("Schedules")
struct ScheduleTests {
    private static func local(_ text: String) -> Int64 { RFC3339.parse(text + "Z")!.milliseconds / 1000 }
    private static func time(_ text: String) -> Timestamp { RFC3339.parse(text)! }

    private static func layer(
        _ start: String, days: Int64 = 1, months: Int64 = 0, people: [String] = ["ada", "grace"],
        windows: [WeeklyWindow] = [], end: String? = nil
    ) -> ScheduleLayer {
        ScheduleLayer(
            name: "main", anchorLocalSeconds: local(start),
            turn: months > 0 ? .months(months) : .seconds(days * 86_400), people: people,
            startLocalSeconds: local(start), endLocalSeconds: end.map(local), windows: windows)
    }

    private static func text(_ shifts: [Shift]) -> [String] {
        shifts.map { "\($0.person) \(RFC3339.format($0.from)) \(RFC3339.format($0.through))" }
    }

    @Test("a daily hand-over keeps to the clock over both changes of it")
    func daily() {
        let schedule = Schedule(name: "s", layers: [Self.layer("2026-03-28T09:00:00")])
        #expect(
            Self.text(
                schedule.expand(
                    .berlin, from: Self.time("2026-03-28T08:00:00Z"), through: Self.time("2026-03-31T07:00:00Z")))
                == [
                    "ada 2026-03-28T08:00:00Z 2026-03-29T07:00:00Z",
                    "grace 2026-03-29T07:00:00Z 2026-03-30T07:00:00Z",
                    "ada 2026-03-30T07:00:00Z 2026-03-31T07:00:00Z",
                ])
        let autumn = schedule.expand(
            .berlin, from: Self.time("2026-10-24T07:00:00Z"), through: Self.time("2026-10-26T08:00:00Z"))
        #expect(autumn.map(\.lengthMilliseconds) == [25 * 3_600_000, 24 * 3_600_000])
    }

    @Test(
        "a hand-over at a time that does not exist happens when the clocks are set, one that comes twice the first time",
        arguments: [
            ("2026-03-01T02:30:00", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z"),
            ("2026-03-01T02:30:00", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", "2026-10-25T00:30:00Z"),
            ("2026-03-01T03:00:00", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", "2026-10-25T02:00:00Z"),
        ])
    func changes(start: String, from: String, through: String, handOver: String) {
        let shifts = Schedule(name: "s", layers: [Self.layer(start)]).expand(
            .berlin, from: Self.time(from), through: Self.time(through))
        #expect(shifts.map(\.from) == [Self.time(from), Self.time(handOver)])
        #expect(shifts.first?.through == shifts.last?.from)
    }

    @Test(
        "a monthly hand-over is on its day of the month, in a shorter month on the last day",
        arguments: [
            (1, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
            (2, ["2026-01-31", "2026-03-31", "2026-05-31"]),
            (25, ["2026-01-31", "2028-02-29"]),
        ] as [(Int64, [String])])
    func monthly(months: Int64, days: [String]) {
        let schedule = Schedule(name: "s", layers: [Self.layer("2026-01-31T09:00:00", months: months)])
        let zone = ZoneRules.berlin
        let shifts = schedule.expand(
            zone, from: Self.time("2026-01-01T00:00:00Z"), through: Self.time("\(days.last!)T12:00:00Z"))
        #expect(
            shifts.map { RFC3339.format(Timestamp(milliseconds: zone.localSeconds(at: $0.from) * 1000)) }
                == days.map { "\($0)T09:00:00Z" })
        #expect(shifts.map(\.person) == days.indices.map { $0.isMultiple(of: 2) ? "ada" : "grace" })
        // Looked at from the middle, the same person has the same days.
        let later = schedule.expand(
            zone, from: Self.time("2026-02-27T00:00:00Z"), through: Self.time("2026-02-28T07:00:00Z"))
        #expect(later.map(\.person) == ["ada"])
    }

    @Test("a night shift over a change ends by the clock and leaves no minute out")
    func night() {
        let night = WeeklyWindow(startSeconds: 5 * 86_400 + 22 * 3600, lengthSeconds: 4 * 3600 + 1800)
        let after = WeeklyWindow(startSeconds: 6 * 86_400 + 2 * 3600 + 1800, lengthSeconds: 6 * 3600)
        let schedule = Schedule(
            name: "s",
            layers: [
                Self.layer("2026-01-01T00:00:00", people: ["ada"], windows: [night]),
                Self.layer("2026-01-01T00:00:00", people: ["grace"], windows: [after]),
            ])
        for (from, through) in [
            ("2026-03-28T20:00:00Z", "2026-03-29T08:00:00Z"), ("2026-10-24T18:00:00Z", "2026-10-25T08:00:00Z"),
        ] {
            let shifts = schedule.expand(.berlin, from: Self.time(from), through: Self.time(through))
            let ada = shifts.filter { $0.person == "ada" }
            let grace = shifts.filter { $0.person == "grace" }
            #expect(ada.last?.through == grace.first?.from)
        }
    }

    @Test("an upper layer wins where it has somebody, and the lower shift goes on after it")
    func layers() {
        let office = (0..<5).map { WeeklyWindow(startSeconds: $0 * 86_400 + 9 * 3600, lengthSeconds: 8 * 3600) }
        let schedule = Schedule(
            name: "s",
            layers: [
                Self.layer("2026-01-05T00:00:00", days: 7),
                Self.layer("2026-01-05T00:00:00", days: 7, people: ["linus"], windows: office),
            ])
        #expect(
            Self.text(
                schedule.expand(
                    .utc, from: Self.time("2026-01-09T08:00:00Z"), through: Self.time("2026-01-12T10:00:00Z")))
                == [
                    "ada 2026-01-09T08:00:00Z 2026-01-09T09:00:00Z",
                    "linus 2026-01-09T09:00:00Z 2026-01-09T17:00:00Z",
                    "ada 2026-01-09T17:00:00Z 2026-01-12T00:00:00Z",
                    "grace 2026-01-12T00:00:00Z 2026-01-12T09:00:00Z",
                    "linus 2026-01-12T09:00:00Z 2026-01-12T10:00:00Z",
                ])
    }

    @Test(
        "a layer has nobody before its start and after its end; what begins in the middle of a turn is the rest of it"
    )
    func limits() {
        var layer = Self.layer("2026-01-05T09:00:00", days: 14, end: "2026-02-05T09:00:00")
        layer.startLocalSeconds = Self.local("2026-01-14T09:00:00")
        let shifts = Schedule(name: "s", layers: [layer]).expand(
            .utc, from: Self.time("2026-01-01T00:00:00Z"), through: Self.time("2026-03-01T00:00:00Z"))
        #expect(
            Self.text(shifts) == [
                "ada 2026-01-14T09:00:00Z 2026-01-19T09:00:00Z",
                "grace 2026-01-19T09:00:00Z 2026-02-02T09:00:00Z",
                "ada 2026-02-02T09:00:00Z 2026-02-05T09:00:00Z",
            ])
        #expect(
            shifts.gaps(
                from: Self.time("2026-01-01T00:00:00Z").milliseconds,
                through: Self.time("2026-03-01T00:00:00Z").milliseconds
            )
            .count == 2)
    }

    @Test("a window may run over the weekend into the next week")
    func weekend() {
        let weekend = WeeklyWindow(startSeconds: 4 * 86_400 + 17 * 3600, lengthSeconds: 64 * 3600)
        let schedule = Schedule(
            name: "s", layers: [Self.layer("2026-01-01T00:00:00", people: ["ada"], windows: [weekend])])
        let from = Self.time("2026-01-10T00:00:00Z")
        let shifts = schedule.expand(.utc, from: from, through: from + .seconds(7 * 86_400))
        #expect(shifts.first?.from == from)
        #expect(
            shifts.gaps(from: from.milliseconds, through: from.milliseconds + 7 * 86_400_000) == [
                OnCallSpan(
                    fromMilliseconds: Self.time("2026-01-12T09:00:00Z").milliseconds,
                    throughMilliseconds: Self.time("2026-01-16T17:00:00Z").milliseconds)
            ])
    }

    @Test("shifts cut in two at any time are the same shifts")
    func cuts() {
        let schedule = Schedule(name: "s", layers: [Self.layer("2026-01-05T02:30:00")])
        let from = Self.time("2026-10-20T00:00:00Z")
        let through = Self.time("2026-10-30T00:00:00Z")
        let whole = schedule.expand(.berlin, from: from, through: through)
        for minutes in stride(from: Int64(0), to: 10 * 1440, by: 7) {
            let cut = from + .seconds(60 * minutes)
            let first = schedule.expand(.berlin, from: from, through: cut)
            let second = schedule.expand(.berlin, from: cut, through: through)
            #expect(first.map(\.lengthMilliseconds).reduce(0, +) == (cut - from).milliseconds)
            #expect(second.first?.person == whole.shift(at: cut.milliseconds)?.person)
            #expect(second.last == whole.last || second.count == 1)
        }
    }
}
