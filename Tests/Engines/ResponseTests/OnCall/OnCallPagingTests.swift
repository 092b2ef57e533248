import Response
import SignalModel
import TestKit
import Testing

@Suite("Paging by schedule")
struct OnCallPagingTests {
    private static func configuration(_ levels: [[String]], secondary: String? = nil, lead: String? = nil)
        -> PagingConfiguration
    {
        var configuration = PagingConfiguration.fixture
        configuration.levels = levels.map { PagingConfiguration.Level(people: $0) }
        configuration.secondary = secondary
        configuration.lead = lead
        return configuration
    }

    private static func plan(_ history: inout OperationsHistory, _ shifts: [(String, Int64, Int64)]) {
        let start = history.now
        history.feed(
            .onCall(
                .planned([
                    SchedulePlan(
                        schedule: "primary", zone: "UTC", hasKnowledgeTransfer: false,
                        throughMilliseconds: start + 600 * 60_000,
                        shifts: shifts.map {
                            Shift(
                                person: $0.0, fromMilliseconds: start + $0.1 * 60_000,
                                throughMilliseconds: start + $0.2 * 60_000, layer: "l")
                        })
                ])))
    }

    private func paged(_ history: OperationsHistory, since start: Int64) -> [String] {
        history.messages(.page).map {
            "\($0.notification.channel.person) \(($0.at - start) / 60_000)"
        }
    }

    @Test("a level pages whoever is on call when it is paged, not when the page opened")
    func handOver() {
        var history = OperationsHistory(Self.configuration([["schedule:primary"], ["cto"]]))
        Self.plan(&history, [("engineer", 0, 3), ("team-lead", 3, 600)])
        let start = history.now
        history.fire(["alertname": "Down", "severity": "P1"])
        history.advance(minutes: 6)
        #expect(paged(history, since: start) == ["team-lead 5"])
    }

    @Test("while nobody is on call the owners hear of it and the next level is paged at once")
    func gap() throws {
        var history = OperationsHistory(Self.configuration([["schedule:primary"], ["schedule:primary"], ["cto"]]))
        Self.plan(&history, [("engineer", 100, 600)])
        let start = history.now
        history.fire(["alertname": "Down", "severity": "P0"])
        #expect(paged(history, since: start) == ["cto 0"])
        #expect(history.messages(.selfAlarm).count == 2)
        #expect(history.messages(.selfAlarm)[0].notification.subject.text.contains("nobody is on call for primary"))
        let page = try #require(history.state.open.values.first)
        #expect(page.level == 3 && page.timeline.contains { $0.text.contains("nobody is on call for primary") })
    }

    @Test("a level with a person beside an empty schedule waits for that person")
    func partGap() {
        var history = OperationsHistory(Self.configuration([["schedule:primary", "engineer"], ["cto"]]))
        Self.plan(&history, [])
        let start = history.now
        history.fire(["alertname": "Down", "severity": "P0"])
        history.advance(minutes: 6)
        #expect(paged(history, since: start) == ["engineer 0", "cto 5"])
        #expect(history.messages(.selfAlarm).count == 1)
    }

    @Test("when every level is empty the owners hear that all were climbed")
    func allGaps() {
        var history = OperationsHistory(Self.configuration([["schedule:primary"]]))
        Self.plan(&history, [])
        history.fire(["alertname": "Down", "severity": "P0"])
        #expect(
            history.messages(.selfAlarm).contains { $0.notification.subject.text.contains("climbed every level") })
    }

    @Test("secondary and lead may be schedules; one person named twice is told once")
    func others() {
        var history = OperationsHistory(
            Self.configuration(
                [["schedule:primary"], ["engineer"]], secondary: "schedule:primary", lead: "schedule:primary"))
        Self.plan(&history, [("engineer", 0, 20), ("cto", 20, 600)])
        let start = history.now
        history.fire(["alertname": "Down", "severity": "P0"])
        history.advance(minutes: 31)
        #expect(paged(history, since: start) == ["engineer 0", "engineer 5", "cto 30"])
    }

    @Test("a P3 goes to whoever is on call, by mail")
    func mail() {
        var history = OperationsHistory(Self.configuration([["schedule:primary"]]))
        Self.plan(&history, [("cto", 0, 600)])
        history.fire(["alertname": "Low", "severity": "P3"])
        #expect(history.messages(.announcement, to: "cto").count == 1)
    }

    @Test("an override made while a page burns counts for the next level")
    func override() {
        var history = OperationsHistory(Self.configuration([["schedule:primary"], ["schedule:primary"]]))
        Self.plan(&history, [("engineer", 0, 600)])
        let start = history.now
        history.fire(["alertname": "Down", "severity": "P0"])
        history.advance(minutes: 2)
        history.feed(
            .onCall(
                .overridden([
                    OnCallOverride(
                        id: "a", schedule: "primary", person: "cto", fromMilliseconds: start,
                        throughMilliseconds: start + 3_600_000, by: "cto", why: "engineer is ill")
                ])))
        history.advance(minutes: 4)
        #expect(paged(history, since: start) == ["engineer 0", "cto 5"])
    }
}
