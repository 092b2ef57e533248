import Alerting
import Basics
import SignalModel
import TestKit
import Testing

@testable import Response

@Suite("Repeats of alerts in the journal")
struct RepeatFilterTests {
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    private func input(_ name: String, lasting seconds: Int, summary: String = "s") -> AlertInput {
        AlertInput(
            ObservedAlert(
                labels: Labels([("alertname", name)]), annotations: Labels([("summary", summary)]),
                startsAt: now - .seconds(60), endsAt: now + .seconds(seconds), generatorURL: ""))
    }

    private func book(_ alerts: [AlertInput]) -> AlertBook {
        var book = AlertBook()
        for alert in alerts { _ = book.observe(alert.alert, at: now) }
        return book
    }

    @Test("what only goes on is a time; what is new, changed or over stands in full")
    func split() {
        let book = book([input("A", lasting: 60), input("B", lasting: 60), input("C", lasting: 60)])
        var filter = RepeatFilter()
        let said = [
            input("A", lasting: 300), input("B", lasting: 300, summary: "other"), input("C", lasting: -1),
            input("D", lasting: 300),
        ]
        let parts = filter.split(.observed(said), book, at: now)
        let a = input("A", lasting: 1).alert.fingerprint
        #expect(
            parts == [.prolonged([a: (now + .seconds(300)).milliseconds]), .observed(Array(said[1...]))])
    }

    @Test("a repeat of what this batch says in full is said in full")
    func changedBefore() {
        let book = book([input("A", lasting: 60)])
        var filter = RepeatFilter()
        let ended = input("A", lasting: -1)
        let again = input("A", lasting: 300)
        #expect(filter.split(.observed([ended]), book, at: now) == [.observed([ended])])
        #expect(filter.split(.observed([again]), book, at: now) == [.observed([again])])
    }

    @Test("an alert that has run out is not prolonged: it is a new occurrence")
    func runOut() {
        let book = book([input("A", lasting: 60)])
        var filter = RepeatFilter()
        let again = input("A", lasting: 300)
        #expect(filter.split(.observed([again]), book, at: now + .seconds(60)) == [.observed([again])])
    }

    @Test("a flood makes entries of bounded size")
    func flood() {
        var filter = RepeatFilter()
        let parts = filter.split(
            .observed((0..<2500).map { input("A\($0)", lasting: 60) }), AlertBook(), at: now)
        #expect(parts.map(\.weight) == [1000, 1000, 500])
    }
}
