import Basics
import Response
import Testing

@testable import SignalboxServer

@Suite("Schedules in the paging file")
struct ScheduleConfigurationTests {
    private static let people = "people: { ada: {}, grace: {}, linus: {} }\n"

    private func paging(_ schedules: String, _ rest: String = "") throws -> PagingSettings {
        let text = Self.people + "schedules:\n" + schedules + rest
        return try ConfigurationFixtures.load("paging: { file: p.yaml }\n", ["p.yaml": text]).paging
    }

    private func expanded(_ settings: ScheduleSettings, _ from: String, _ through: String) throws -> [String] {
        let from = try #require(RFC3339.parse(from))
        let through = try #require(RFC3339.parse(through))
        return settings.schedule.expand(settings.zone, from: from, through: through).map {
            "\($0.person) \(RFC3339.format($0.from)) \(RFC3339.format($0.through))"
        }
    }

    @Test("a weekly rotation hands over at its weekday and time, though it starts on another day")
    func weekly() throws {
        let settings = try paging(
            """
              primary:
                zone: Europe/Berlin
                knowledge_transfer: true
                layers:
                  - name: main
                    rotation: weekly
                    every: 2
                    start: 2026-01-07
                    hand_over: "09:30"
                    weekday: monday
                    people: [ada, grace]
            """)
        let schedule = try #require(settings.schedules.first)
        #expect(schedule.schedule.hasKnowledgeTransfer && schedule.schedule.layers[0].name == "main")
        #expect(
            try expanded(schedule, "2026-01-01T00:00:00Z", "2026-02-10T00:00:00Z") == [
                "ada 2026-01-07T08:30:00Z 2026-01-19T08:30:00Z", "grace 2026-01-19T08:30:00Z 2026-02-02T08:30:00Z",
                "ada 2026-02-02T08:30:00Z 2026-02-10T00:00:00Z",
            ])
    }

    @Test("a monthly rotation hands over on the day of the month it starts on")
    func monthly() throws {
        let settings = try paging(
            """
              team:
                zone: Europe/Berlin
                layers:
                  - { rotation: monthly, start: 2026-01-31, hand_over: "09:00", people: [ada, grace] }
            """)
        let schedule = try #require(settings.schedules.first)
        #expect(
            try expanded(schedule, "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z") == [
                "ada 2026-01-31T08:00:00Z 2026-02-28T08:00:00Z", "grace 2026-02-28T08:00:00Z 2026-03-31T07:00:00Z",
                "ada 2026-03-31T07:00:00Z 2026-04-01T00:00:00Z",
            ])
    }

    @Test("restrictions are days with times, over midnight too, or one stretch of the week")
    func restrictions() throws {
        let settings = try paging(
            """
              office:
                zone: UTC
                gaps: allowed
                layers:
                  - { rotation: daily, start: 2026-01-05, people: [ada], restrictions: [ { days: [monday, friday], from: "09:00", to: "17:00" } ] }
                  - { rotation: daily, start: 2026-01-05, people: [grace], restrictions: [ { days: [friday], from: "22:00", to: "06:00" } ] }
                  - { rotation: daily, start: 2026-01-05, until: 2026-01-12, people: [linus], restrictions: [ { from: "sunday 20:00", to: "monday 04:00" } ] }
            """)
        let schedule = try #require(settings.schedules.first)
        #expect(
            try expanded(schedule, "2026-01-05T00:00:00Z", "2026-01-19T00:00:00Z") == [
                "linus 2026-01-05T00:00:00Z 2026-01-05T04:00:00Z",
                "ada 2026-01-05T09:00:00Z 2026-01-05T17:00:00Z", "ada 2026-01-09T09:00:00Z 2026-01-09T17:00:00Z",
                "grace 2026-01-09T22:00:00Z 2026-01-10T00:00:00Z", "grace 2026-01-10T00:00:00Z 2026-01-10T06:00:00Z",
                "linus 2026-01-11T20:00:00Z 2026-01-12T00:00:00Z",
                "ada 2026-01-12T09:00:00Z 2026-01-12T17:00:00Z", "ada 2026-01-16T09:00:00Z 2026-01-16T17:00:00Z",
                "grace 2026-01-16T22:00:00Z 2026-01-17T00:00:00Z", "grace 2026-01-17T00:00:00Z 2026-01-17T06:00:00Z",
            ])
    }

    @Test("gaps are named with the schedule's place and local times, unless they are meant")
    func gaps() throws {
        let now = try #require(RFC3339.parse("2026-06-01T00:00:00Z"))
        func problem(_ more: String) throws -> String {
            let settings = try paging(
                """
                  primary:
                    zone: Europe/Berlin
                \(more)    layers:
                      - { rotation: daily, start: 2026-01-05, until: 2026-06-20, hand_over: "09:00", people: [ada] }
                """)
            return try #require(settings.schedules.first).gapProblem(at: now)?.description ?? ""
        }
        #expect(
            try problem("")
                == "p.yaml:3:3: schedules.primary: within 60 days nobody is on call from 2026-06-20 09:00 to "
                + "2026-07-31 02:00 (Europe/Berlin); add somebody, or say gaps: allowed")
        #expect(try problem("    gaps: allowed\n") == "")
    }

    @Test("levels, secondary and lead may name a schedule")
    func responders() throws {
        let settings = try paging(
            "  primary: { zone: UTC, layers: [ { rotation: daily, start: 2026-01-05, people: [ada] } ] }\n",
            "escalation: { levels: [ { people: [\"schedule:primary\", grace] } ], secondary: \"schedule:primary\", "
                + "lead: \"schedule:primary\" }\n")
        #expect(settings.levels[0].people == ["schedule:primary", "grace"])
        #expect(settings.secondary == "schedule:primary" && settings.lead == "schedule:primary")
    }

    @Test("a plan reaches 90 days at least, and is the same a day later but for its beginning")
    func plans() throws {
        let settings = try paging(
            "  primary: { zone: Europe/Berlin, layers: [ { rotation: weekly, start: 2026-01-05, people: [ada, grace] } ] }\n"
        )
        let now = try #require(RFC3339.parse("2026-06-01T12:00:00Z"))
        let first = settings.plans(at: now)[0]
        #expect(first.throughMilliseconds - now.milliseconds >= 90 * 86_400_000)
        let later = (1...7).map { settings.plans(at: now + .seconds($0 * 86_400))[0] }
        #expect(Set(later.map(\.throughMilliseconds)).count == 2)
        #expect(first.shifts.suffix(3).dropLast() == later[0].shifts.suffix(3).dropLast())
    }

    @Test("more shifts than memory should hold are refused")
    func many() throws {
        let one = "{ zone: UTC, layers: [ { rotation: hourly, start: 2026-01-05, people: [ada] } ] }\n"
        let text = Self.people + "schedules:\n" + (0..<60).map { "  s\($0): " + one }.joined()
        let problems = try ConfigurationFixtures.problems("paging: { file: p.yaml }\n", ["p.yaml": text])
        #expect(problems.count == 1 && problems[0].contains("at most 100000"))
    }
}
