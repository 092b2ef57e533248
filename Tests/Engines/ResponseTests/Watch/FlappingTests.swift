import Alerting
import Basics
import Response
import SignalModel
import TestKit
import Testing

@Suite("Flapping")
struct FlappingTests {
    private static let labels = ["alertname": "Down", "severity": "P0", "service": "api"]

    private static func flap(_ history: inout OperationsHistory, times: Int) {
        for _ in 0..<times {
            history.fire(labels)
            history.advance(minutes: 1)
            history.end(labels)
            history.advance(minutes: 1)
        }
    }

    @Test("after three times on and off a page is held open and pages no more for each flap")
    func held() throws {
        var history = OperationsHistory(.fixture)
        Self.flap(&history, times: 2)
        #expect(history.state.open.isEmpty)
        #expect(history.messages(.page, to: "engineer").count == 2)
        Self.flap(&history, times: 4)
        let page = try #require(history.state.open.values.first)
        #expect(page.watch.isFlapping && page.firing.isEmpty)
        #expect(history.messages(.page, to: "engineer").count == 3)
        #expect(page.timeline.filter { $0.kind == .flapping }.count == 1)
        // Ten minutes from the last end, of which one has passed.
        history.advance(milliseconds: 9 * 60_000 - 1)
        #expect(history.state.open.count == 1)
        history.advance(milliseconds: 1)
        #expect(history.state.open.isEmpty)
        #expect(history.messages(.resolved, to: "engineer").count == 3)
    }

    @Test("while it is quiet nobody is paged; what was due then is due when it fires again")
    func quiet() throws {
        var history = OperationsHistory(.fixture)
        Self.flap(&history, times: 3)
        let levels = history.messages(.page, to: "team-lead").count
        history.advance(minutes: 8)
        #expect(history.messages(.page, to: "team-lead").count == levels)
        history.fire(Self.labels)
        #expect(history.messages(.page, to: "team-lead").count == levels + 1)
        #expect(history.state.open.count == 1)
    }

    @Test("acknowledged, it stays acknowledged through the flaps")
    func acknowledged() throws {
        var history = OperationsHistory(.fixture)
        Self.flap(&history, times: 2)
        history.fire(Self.labels)
        let id = try #require(history.state.open.keys.first)
        history.feed(.acknowledged(page: id, by: "ada", note: ""))
        history.end(Self.labels)
        Self.flap(&history, times: 5)
        #expect(history.state.open[id]?.status == .acknowledged)
        #expect(history.messages(.page, to: "engineer").count == 3)
    }

    @Test("slow changes are no flapping, nor are those of another group")
    func slow() {
        var history = OperationsHistory(.fixture)
        for round in 0..<10 {
            history.fire(Self.labels)
            history.fire(["alertname": "Other\(round)", "severity": "P0"])
            history.advance(minutes: 6)
            history.end(Self.labels)
            history.end(["alertname": "Other\(round)", "severity": "P0"])
            history.advance(minutes: 6)
        }
        #expect(history.state.open.isEmpty)
        #expect(history.state.closed.allSatisfy { !$0.watch.isFlapping })
    }

    @Test("a person resolves a held page at once, and a restart keeps it held")
    func resolved() throws {
        var history = OperationsHistory(.fixture)
        Self.flap(&history, times: 3)
        let before = history.state
        history.restart(keeping: history.journal.count)
        #expect(history.state == before)
        let id = try #require(history.state.open.keys.first)
        history.feed(.resolved(page: id, by: "ada", note: ""))
        #expect(history.state.open.isEmpty)
    }

    @Test("changes and windows are the policy's")
    func policy() {
        var configuration = PagingConfiguration.fixture
        configuration.watch.flapping.changes = 2
        configuration.watch.flapping.holdDownMilliseconds = 60_000
        var history = OperationsHistory(configuration)
        history.fire(Self.labels)
        history.end(Self.labels)
        #expect(history.state.open.count == 1)
        history.advance(minutes: 1)
        #expect(history.state.open.isEmpty)
    }
}
