import Basics
import Response
import Testing

@testable import SignalboxServer

@Suite("Importing other systems' schedules")
struct PagingImportTests {
    private func read(_ source: PagingImport.Source, _ file: String) throws -> ImportedPaging {
        let text = try ConfigurationFixtures.text("Fixtures/import/" + file)
        let now = try #require(RFC3339.parse("2026-03-01T00:00:00Z"))
        return try PagingImport.read(source, Array(text.utf8), file, now: now)
    }

    /// What is written loads as a paging file.
    private func load(_ imported: ImportedPaging) throws -> PagingSettings {
        try ConfigurationFixtures.load(
            "paging: { file: p.yaml }\n", ["p.yaml": imported.yaml],
            environment: [
                "TEAM_SLACK_URL": "https://example.org/s", "TEAM_WEBHOOK_URL": "https://example.org/w",
                "TEAM_EMAIL_PASSWORD": "p", "PAGER_PAGERDUTY_KEY": String(repeating: "a", count: 32),
            ]
        ).paging
    }

    private func expanded(_ settings: ScheduleSettings?, _ from: String, _ through: String) throws -> [String] {
        let settings = try #require(settings)
        let from = try #require(RFC3339.parse(from))
        let through = try #require(RFC3339.parse(through))
        return settings.schedule.expand(settings.zone, from: from, through: through).map {
            "\($0.person) \(RFC3339.format($0.from)) \(RFC3339.format($0.through))"
        }
    }

    @Test("PagerDuty: layers upside down, turns, restrictions, levels; what has ended or has no place is named")
    func pagerDuty() throws {
        let imported = try read(.pagerduty, "pagerduty.json")
        let paging = try load(imported)
        #expect(paging.people.map(\.id) == ["ada", "grace", "linus"])
        #expect(paging.people[0].email == "ada@example.org")
        #expect(
            try expanded(paging.schedules.first, "2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z") == [
                "ada 2026-01-06T00:00:00Z 2026-01-07T00:00:00Z"
            ])
        #expect(
            try expanded(paging.schedules.first, "2026-01-16T00:00:00Z", "2026-01-20T00:00:00Z") == [
                "ada 2026-01-16T00:00:00Z 2026-01-16T16:00:00Z",
                "linus 2026-01-16T16:00:00Z 2026-01-17T08:00:00Z", "linus 2026-01-17T08:00:00Z 2026-01-18T08:00:00Z",
                "linus 2026-01-18T08:00:00Z 2026-01-19T08:00:00Z",
                // Monday's window of Linus', as the weekend's ends.
                "linus 2026-01-19T08:00:00Z 2026-01-19T16:00:00Z", "grace 2026-01-19T16:00:00Z 2026-01-20T00:00:00Z",
            ])
        #expect(paging.levels.map(\.people) == [["schedule:primary-infra"], ["grace"]])
        #expect(paging.levels.map(\.wait) == [.seconds(300), .seconds(900)])
        for words in [
            "layer Old: it has ended", "1 overrides", "Managers is not in the export", "policy Web", "2 repetitions",
        ] {
            #expect(imported.report.contains("NOT carried over: ") && imported.report.contains(words), "\(words)")
        }
    }

    @Test("Opsgenie: each rotation is a schedule, a level names them all, delays become waits")
    func opsgenie() throws {
        let imported = try read(.opsgenie, "opsgenie.json")
        let paging = try load(imported)
        #expect(paging.schedules.map(\.schedule.name) == ["ops_schedule-days", "ops_schedule-nights"])
        #expect(
            paging.levels.map(\.people) == [["schedule:ops_schedule-days", "schedule:ops_schedule-nights"], ["ada"]])
        #expect(paging.levels[0].wait == .seconds(600))
        #expect(
            try expanded(paging.schedules.first, "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z") == [
                "ada 2026-01-09T00:00:00Z 2026-01-09T22:30:00Z", "grace 2026-01-12T14:00:00Z 2026-01-13T00:00:00Z",
            ])
        #expect(paging.schedules[1].schedule.layers[0].turn == .seconds(12 * 3600))
        for words in ["participant of type team", "schedule Off: it is not enabled", "recipient of type team"] {
            #expect(imported.report.contains(words), "\(words)")
        }
    }

    @Test("Grafana OnCall: the higher level wins, rotations begin with their user, waits are between levels")
    func grafanaOnCall() throws {
        let imported = try read(.oncall, "oncall.json")
        let paging = try load(imported)
        #expect(
            try expanded(paging.schedules.first, "2026-01-11T20:00:00Z", "2026-01-13T00:00:00Z") == [
                "grace 2026-01-11T20:00:00Z 2026-01-11T22:00:00Z",
                "linus 2026-01-11T22:00:00Z 2026-01-12T06:00:00Z", "ada 2026-01-12T06:00:00Z 2026-01-13T00:00:00Z",
            ])
        #expect(paging.levels.map(\.people) == [["schedule:primary"], ["ada", "grace"]])
        #expect(paging.levels[0].wait == .seconds(300))
        for words in [
            "it comes from a calendar", "1 shifts that are not in the export", "single_event", "people beside",
            "trigger_webhook",
        ] { #expect(imported.report.contains(words), "\(words)") }
    }

    @Test("Alertmanager: receivers become channels, no secret is written")
    func alertmanager() throws {
        let imported = try read(.alertmanager, "alertmanager.yaml")
        let paging = try load(imported)
        #expect(Set(paging.channels.keys) == ["team-slack", "team-email", "team-webhook", "pager-pagerduty"])
        for secret in ["hunter2", "slack-secret", "hook-secret", "pushover-secret", "pagerduty-secret"] {
            #expect(!imported.yaml.contains(secret) && !imported.report.contains(secret))
        }
        for words in ["pushover_configs", "route:", "inhibit_rules:", "TEAM_SLACK_URL"] {
            #expect(imported.report.contains(words), "\(words)")
        }
    }

    @Test("what is no export is said to be none")
    func nonsense() throws {
        let now = Timestamp(milliseconds: 0)
        #expect(throws: PagingImport.Failure.self) {
            try PagingImport.read(.pagerduty, Array("hello".utf8), "f", now: now)
        }
        #expect(throws: ConfigurationError.self) {
            try PagingImport.read(.alertmanager, Array("a: [".utf8), "f", now: now)
        }
        let empty = try PagingImport.read(.opsgenie, Array("{\"data\": [1, null]}".utf8), "f", now: now)
        #expect(empty.report.contains("nothing was carried over"))
    }
}
