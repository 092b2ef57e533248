import Alerting
import Basics
import SignalModel
import TestKit
import Testing

@testable import Response

@Suite("Pages under silences")
struct SilencedPageTests {
    private let minute: Int64 = 60_000

    private func draft(
        _ history: OperationsHistory, _ matcher: (String, String) = ("alertname", "Down"), minutes: Int64 = 120,
        by author: String = "ada", id: String = ""
    ) throws -> SilenceDraft {
        SilenceDraft(
            id: id, matchers: [try Matcher(matcher.0, .equal, matcher.1)], startsAtMilliseconds: history.now,
            endsAtMilliseconds: history.now + minutes * minute, createdBy: author, comment: "move of the cluster",
            author: author)
    }

    private func labels(_ severity: String, _ instance: String = "1") -> [String: String] {
        ["alertname": "Down", "severity": severity, "cluster": "c", "instance": instance]
    }

    private func page(_ history: OperationsHistory) throws -> Page {
        try #require(history.state.open.values.first ?? history.state.closed.last)
    }

    @Test("what is silenced opens no page; the silence over and still firing, it is paged as if it had begun then")
    func silencedBefore() throws {
        var history = OperationsHistory(.fixture)
        history.feed(.silenced(try draft(history, minutes: 60), newID: "s1"))
        history.fire(labels("P1"))
        history.advance(minutes: 59)
        #expect(
            history.state.open.isEmpty && history.messages(.page).isEmpty && history.messages(.announcement).isEmpty)
        let end = history.now + minute
        history.advance(minutes: 10)
        #expect(try page(history).openedAtMilliseconds == end)
        #expect(history.messages(.page, to: "engineer").map(\.at) == [end + 5 * minute])
    }

    @Test("a silence stops the levels of an open page, and its end begins them anew under other keys")
    func silencedWhileOpen() throws {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P1"))
        history.advance(minutes: 6)
        #expect(history.messages(.page).count == 1)
        history.feed(.silenced(try draft(history, minutes: 45), newID: "s1"))
        #expect(try page(history).status == .silenced)
        #expect(try page(history).timeline.last?.text.hasPrefix("silenced by ada until ") == true)
        let end = history.now + 45 * minute
        history.advance(minutes: 44)
        #expect(history.messages(.page).count == 1)
        history.advance(minutes: 7)
        #expect(try page(history).status == .open)
        let pages = history.messages(.page, to: "engineer")
        #expect(pages.map(\.at) == [pages[0].at, end + 5 * minute])
        #expect(Set(pages.map(\.notification.key)).count == 2)
    }

    @Test("for a P0 a silence counts once a second person has agreed")
    func p0() throws {
        var history = OperationsHistory(.fixture)
        history.feed(.silenced(try draft(history), newID: "s1"))
        history.fire(labels("P0"))
        #expect(history.messages(.page).count == 1)
        history.feed(.silenceApproved(id: "s1", by: "ada"))
        #expect(try page(history).status == .open)
        history.feed(.silenceApproved(id: "s1", by: "grace"))
        #expect(try page(history).status == .silenced)
        history.advance(minutes: 60)
        #expect(history.messages(.page).count == 1)
    }

    @Test("while one alert of a page is heard the page goes on; one that joins later resumes it")
    func partly() throws {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P1", "1"))
        history.fire(labels("P1", "2"))
        history.feed(.silenced(try draft(history, ("instance", "1")), newID: "s1"))
        #expect(try page(history).status == .open)
        history.feed(.silenced(try draft(history, ("instance", "2")), newID: "s2"))
        #expect(try page(history).status == .silenced)
        history.fire(labels("P1", "3"))
        #expect(try page(history).status == .open)
        history.advance(minutes: 5)
        #expect(history.messages(.page, to: "engineer").count == 1)
        history.end(labels("P1", "3"))
        #expect(try page(history).status == .silenced)
        history.feed(.silenceExpired(id: "s2", by: "ada"))
        #expect(try page(history).status == .open)
    }

    @Test("what ends under a silence is resolved wherever it was told")
    func endsSilenced() throws {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P1"))
        history.feed(.silenced(try draft(history), newID: "s1"))
        history.end(labels("P1"))
        #expect(try page(history).status == .resolved)
        #expect(Set(history.messages(.resolved).map(\.notification.channel.channel)) == ["slack", "hook"])
    }

    @Test(
        "an acknowledged page stays acknowledged through a silence; its lead is told by a timer that begins after it")
    func acknowledged() throws {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P1"))
        history.feed(.acknowledged(page: try page(history).id, by: "ada", note: ""))
        history.feed(.silenced(try draft(history, minutes: 60), newID: "s1"))
        #expect(try page(history).status == .acknowledged)
        let end = history.now + 60 * minute
        history.advance(minutes: 89)
        #expect(history.messages(.page).isEmpty)
        history.advance(minutes: 2)
        #expect(history.messages(.page, to: "infrastructure-lead").map(\.at) == [end + 30 * minute])
    }

    @Test("whoever made a silence is told a quarter of an hour before it ends, if something still fires under it")
    func reminder() throws {
        for (author, places) in [("engineer", ["engineer@example.org"]), ("grafana", ["", ""])] {
            var history = OperationsHistory(.fixture)
            let silence = try draft(history, minutes: 60, by: author)
            history.feed(.silenced(silence, newID: "s1"))
            history.feed(.silenced(try draft(history, ("alertname", "Idle"), minutes: 60), newID: "s2"))
            history.fire(labels("P1"))
            history.advance(minutes: 50)
            let told = history.messages(.selfAlarm)
            #expect(told.map(\.notification.channel.address) == places)
            #expect(told.allSatisfy { $0.at == silence.endsAtMilliseconds - 15 * minute })
            #expect(told.first?.notification.subject.text.contains("1 alert under it still fire") == true)
        }
    }

    @Test("a restart at any point of such a history gives the same state", arguments: 1...20)
    func restarts(seed: UInt64) throws {
        let chance = SeededRandomness(seed: seed)
        var history = OperationsHistory(.fixture)
        for step in 0..<60 {
            switch chance.next() % 7 {
            case 0, 1: history.fire(labels("P\(chance.next() % 3)", "\(chance.next() % 3)"))
            case 2: history.end(labels("P\(chance.next() % 3)", "\(chance.next() % 3)"))
            case 3:
                let matcher = ("instance", "\(chance.next() % 3)")
                history.feed(
                    .silenced(try draft(history, matcher, minutes: 1 + Int64(chance.next() % 90)), newID: "s\(step)"))
            case 4: history.feed(.silenceExpired(id: "s\(chance.next() % 60)", by: "ada"))
            case 5: history.feed(.silenceApproved(id: "s\(chance.next() % 60)", by: "grace"))
            default: history.advance(minutes: Int64(chance.next() % 40))
            }
            for page in history.state.open.values {
                #expect((page.status == .silenced) == (page.isQuiet && page.acknowledgedBy == nil))
            }
        }
        let before = history.state
        history.restart(keeping: history.journal.count)
        #expect(history.state == before)
    }
}
