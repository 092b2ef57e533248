import Alerting
import Basics
import SignalModel
import TestKit
import Testing

@testable import Response

@Suite("Events: said once, in force until told otherwise")
struct EventTests {
    private static func input(
        _ action: EventInput.Action, _ key: String, severity: String = "P0", name: String = "Probe",
        at time: Int64 = 0
    ) -> EventInput {
        let alert = AlertInput(
            ObservedAlert(
                labels: Labels([("alertname", name), ("severity", severity), ("dedup_key", key)]),
                annotations: .empty, startsAt: Timestamp(milliseconds: time), endsAt: ObservedAlert.untilTold,
                generatorURL: ""))
        return EventInput(action, key: key, alert: action == .trigger ? alert : nil, by: "pagers")
    }

    @Test("an alert that nobody repeats fires for weeks, and schedules no waking for its end")
    func lasts() {
        var history = OperationsHistory(.fixture)
        history.feed(.events([Self.input(.trigger, "k", severity: "P3")]))
        history.advance(minutes: 60 * 24 * 30)
        #expect(history.state.open.count == 1)
        #expect(history.state.nextWakeUp == nil)
        history.feed(.events([Self.input(.resolve, "k")]))
        #expect(history.state.open.isEmpty && history.state.alerts.firing.isEmpty)
    }

    @Test("each key is a page of its own, acknowledged and resolved alone")
    func keys() throws {
        var history = OperationsHistory(.fixture)
        history.feed(.events([Self.input(.trigger, "a"), Self.input(.trigger, "b")]))
        #expect(history.state.open.count == 2)
        history.feed(.events([Self.input(.acknowledge, "a"), Self.input(.acknowledge, "nobody")]))
        #expect(history.state.open.values.filter { $0.status == .acknowledged }.count == 1)
        #expect(history.state.open.values.first { $0.status == .acknowledged }?.acknowledgedBy == "pagers")
        history.feed(.events([Self.input(.resolve, "a"), Self.input(.resolve, "nobody")]))
        #expect(history.state.open.values.map { $0.groupLabels["dedup_key"] } == ["b"])
    }

    @Test("a key whose severity changes burns on as another page, without an end in between")
    func severityChanges() throws {
        var history = OperationsHistory(.fixture)
        history.feed(.events([Self.input(.trigger, "a", severity: "P2")]))
        history.feed(.events([Self.input(.trigger, "a", severity: "P0")]))
        #expect(history.state.open.values.map(\.severity) == [.p0])
        #expect(history.state.alerts.firing.count == 1)
        #expect(history.messages(.page, to: "engineer").count == 1)
        history.feed(.events([Self.input(.resolve, "a")]))
        #expect(history.state.open.isEmpty && history.state.alerts.firing.isEmpty)
    }

    @Test("what a person resolves is over until it is triggered anew")
    func resolvedByHand() throws {
        var history = OperationsHistory(.fixture)
        history.feed(.events([Self.input(.trigger, "a")]))
        let id = try #require(history.state.open.keys.first)
        history.feed(.resolved(page: id, by: "ada", note: ""))
        history.advance(minutes: 120)
        #expect(history.state.open.isEmpty && history.state.alerts.firing.isEmpty)
        history.feed(.events([Self.input(.trigger, "a")]))
        #expect(history.state.open.count == 1)
    }

    @Test("a restart between any two events changes nothing")
    func replay() {
        var history = OperationsHistory(.fixture)
        history.feed(.events([Self.input(.trigger, "a"), Self.input(.trigger, "b", severity: "P1")]))
        history.feed(.events([Self.input(.acknowledge, "a")]))
        let before = history.state
        history.restart(keeping: history.journal.count)
        #expect(history.state == before)
    }

    @Test("a change stands in pages of its service: in open ones, and in those that open within two hours")
    func changes() throws {
        var history = OperationsHistory(.fixture)
        func change(_ summary: String, service: String, cluster: String? = nil) {
            var labels = ["service": service]
            labels["cluster"] = cluster
            history.feed(
                .changed(
                    ChangeInput(
                        summary: summary, source: "", labels: labels, details: "", links: "", by: "ci",
                        at: Timestamp(milliseconds: history.now))))
        }
        change("too early", service: "shop")
        history.advance(minutes: 121)
        change("before", service: "shop")
        change("elsewhere", service: "shop", cluster: "us")
        change("another", service: "login")
        history.fire(["alertname": "A", "severity": "P1", "service": "shop", "cluster": "eu"])
        change("during", service: "shop", cluster: "eu")
        let page = try #require(history.state.open.values.first)
        #expect(page.timeline.filter { $0.kind == .change }.map(\.text) == ["before", "during"])
        #expect(history.state.changes.changes.count == 5)
    }

    @Test("a service that changes all the time does not push out what others changed")
    func manyChanges() {
        var book = ChangeBook()
        for number in 0...ChangeBook.changesMax {
            let service = number % 500 == 0 ? "rare" : "busy"
            book.append(
                ChangeInput(
                    summary: "\(number)", source: "", labels: ["service": service], details: "", links: "", by: "ci",
                    at: Timestamp(milliseconds: Int64(number))))
        }
        let byService = Dictionary(grouping: book.changes) { $0.labels["service"] ?? "" }.mapValues(\.count)
        #expect(byService == ["rare": 11, "busy": 200])
        #expect(book.changes.map(\.atMilliseconds) == book.changes.map(\.atMilliseconds).sorted())
        #expect(book.changes.last?.summary == "5000")
    }
}
