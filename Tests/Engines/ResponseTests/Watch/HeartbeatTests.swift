import Alerting
import Basics
import Response
import SignalModel
import TestKit
import Testing

@Suite("Heartbeats")
struct HeartbeatTests {
    private static let policy = WatchPolicy.Heartbeat(
        everyMilliseconds: 60_000, graceMilliseconds: 30_000, severity: .p0, labels: ["service": "backup"])

    private static func configuration(_ names: String...) -> PagingConfiguration {
        var configuration = PagingConfiguration.fixture
        for name in names { configuration.watch.heartbeats[name] = policy }
        return configuration
    }

    @Test("what stops beating pages by its severity, and what beats again resolves")
    func missed() throws {
        var history = OperationsHistory(Self.configuration("nightly"))
        for _ in 0..<20 {
            history.feed(.beaten("nightly"))
            history.advance(milliseconds: 60_000)
        }
        #expect(history.state.open.isEmpty)
        history.feed(.beaten("nightly"))
        // Every minute, half a minute of grace, and a tenth of a minute that beats are not told apart within.
        history.advance(milliseconds: 95_999)
        #expect(history.state.open.isEmpty)
        history.advance(milliseconds: 1)
        let page = try #require(history.state.open.values.first)
        #expect(page.severity == .p0)
        #expect(page.groupLabels["heartbeat"] == "nightly")
        #expect(page.firing.values.first?.labels["service"] == "backup")
        #expect(history.messages(.page, to: "engineer").count == 1)
        history.advance(minutes: 24 * 60)
        #expect(history.state.open.count == 1)
        history.feed(.beaten("nightly"))
        #expect(history.state.open.isEmpty)
        history.advance(minutes: 3)
        #expect(history.state.open.count == 1)
    }

    @Test("one that never beat is missed too, each by itself")
    func never() {
        var history = OperationsHistory(Self.configuration("a", "b"))
        history.feed(.beaten("a"))
        history.advance(milliseconds: 60_000)
        history.feed(.beaten("a"))
        history.advance(milliseconds: 60_000)
        #expect(history.state.open.values.map { $0.groupLabels["heartbeat"] } == ["b"])
        history.advance(milliseconds: 60_000)
        #expect(history.state.open.count == 2)
    }

    @Test("a start waits anew, since nobody could be heard, but what was missed stays missed")
    func started() {
        var history = OperationsHistory(Self.configuration("a", "b"))
        history.feed(.beaten("a"))
        history.feed(.beaten("b"))
        history.advance(milliseconds: 50_000)
        history.feed(.beaten("b"))
        history.advance(milliseconds: 46_000)
        #expect(history.state.open.count == 1)
        history.now += 3_600_000
        history.restart(keeping: history.journal.count)
        history.feed(.started)
        #expect(history.state.open.count == 1)
        history.advance(milliseconds: 95_999)
        #expect(history.state.open.count == 1)
        history.advance(milliseconds: 1)
        #expect(history.state.open.count == 2)
    }

    @Test("beats that follow one another closely need no journal")
    func resolution() throws {
        var history = OperationsHistory(Self.configuration("a"))
        func needs() -> Bool { history.state.heartbeats.needs("a", at: history.now, Self.policy) }
        #expect(needs())
        history.feed(.beaten("a"))
        history.advance(milliseconds: 5999)
        #expect(!needs())
        history.advance(milliseconds: 1)
        #expect(needs())
        history.advance(minutes: 2)
        #expect(needs())
    }

    @Test("one that is no longer configured is not missed, nor one nobody knows")
    func removed() {
        var history = OperationsHistory(Self.configuration("a"))
        history.advance(minutes: 3)
        #expect(history.state.open.count == 1)
        history.feed(.configured(.fixture))
        #expect(history.state.open.isEmpty && history.state.alerts.firing.isEmpty)
        history.feed(.beaten("a"))
        history.advance(minutes: 60)
        #expect(history.state.open.isEmpty)
        #expect(history.state.nextWakeUp == nil)
    }
}
