import Alerting
import Basics
import Response
import SignalModel
import TestKit
import Testing

@Suite("No data is not resolved")
struct SilenceTests {
    private static let labels = ["alertname": "Down", "severity": "P0", "service": "api"]

    private static func fire(_ history: inout OperationsHistory, lasting minutes: Int64 = 4) {
        history.fire(labels, lasting: minutes * 60_000)
    }

    @Test("an alert that is not repeated keeps its page, marked, and pages on")
    func stays() throws {
        var history = OperationsHistory(.fixture)
        Self.fire(&history)
        history.advance(minutes: 6)
        let page = try #require(history.state.open.values.first)
        #expect(page.watch.hasNoData)
        #expect(page.timeline.contains { $0.kind == .noData })
        #expect(history.state.alerts.firing.isEmpty, "receivers take it for over, as Alertmanager does")
        #expect(history.messages(.page, to: "team-lead").count == 1)
        #expect(history.messages(.resolved).isEmpty)
    }

    @Test("heard of again it goes on as it was, and its sender ends it")
    func again() throws {
        var history = OperationsHistory(.fixture)
        Self.fire(&history)
        history.advance(minutes: 6)
        let id = try #require(history.state.open.keys.first)
        Self.fire(&history)
        #expect(Array(history.state.open.keys) == [id])
        #expect(history.state.open[id]?.watch.hasNoData == false)
        history.end(Self.labels)
        #expect(history.state.open.isEmpty)
    }

    @Test("what went silent is over when its sender says so, or a person does")
    func ended() throws {
        var history = OperationsHistory(.fixture)
        Self.fire(&history)
        history.advance(minutes: 6)
        history.end(Self.labels)
        #expect(history.state.open.isEmpty && history.state.alerts.silent.isEmpty)
        Self.fire(&history)
        history.advance(minutes: 6)
        let id = try #require(history.state.open.keys.first)
        history.feed(.resolved(page: id, by: "ada", note: ""))
        history.advance(minutes: 120)
        #expect(history.state.open.isEmpty && history.state.alerts.silent.isEmpty)
    }

    @Test("after a day without data it is taken for over, and the owners are told")
    func limit() throws {
        var history = OperationsHistory(.fixture)
        Self.fire(&history)
        let id = try #require(history.state.open.keys.first)
        history.feed(.acknowledged(page: id, by: "ada", note: ""))
        history.advance(minutes: 24 * 60 + 3)
        #expect(history.state.open.count == 1)
        let before = history.messages(.selfAlarm).count
        history.advance(minutes: 1)
        #expect(history.state.open.isEmpty && history.state.alerts.silent.isEmpty)
        let alarms = history.messages(.selfAlarm).dropFirst(before)
        #expect(
            alarms.map(\.notification.subject.text) == [
                "Down: no data for 24 hours, taken for over though nobody said so"
            ])
        #expect(history.messages(.resolved).count == 4)
    }

    @Test("of two alerts the page stays for the one that is heard of")
    func two() throws {
        var history = OperationsHistory(.fixture)
        var configuration = PagingConfiguration.fixture
        configuration.watch.noDataAfterMilliseconds = 3_600_000
        history.feed(.configured(configuration))
        Self.fire(&history)
        history.fire(Self.labels.merging(["pod": "2"]) { $1 })
        history.advance(minutes: 90)
        let page = try #require(history.state.open.values.first)
        #expect(page.firing.count == 1 && !page.watch.hasNoData)
    }
}
