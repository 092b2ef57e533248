import Basics
import Response
import SignalModel
import TestKit
import Testing

@Suite("When a page is late")
struct AcknowledgeTargetTests {
    @Test(
        "a P0 or P1 is late once nobody has it in hand after 15 minutes, and stays so; others never are",
        arguments: [("P0", true), ("P1", true), ("P2", false), ("P3", false)])
    func late(severity: String, hasTarget: Bool) throws {
        var history = OperationsHistory(.fixture)
        history.fire(["alertname": "Down", "severity": severity])
        let id = try #require(history.state.open.keys.first)
        func isLate() -> Bool {
            history.state.open[id]?.isLate(.fixture, at: Timestamp(milliseconds: history.now)) ?? false
        }
        history.advance(minutes: 15)
        #expect(!isLate())
        history.advance(milliseconds: 1)
        #expect(isLate() == hasTarget)
        history.feed(.acknowledged(page: id, by: "ada", note: ""))
        history.advance(minutes: 1)
        #expect(isLate() == hasTarget)
        var prompt = OperationsHistory(.fixture)
        prompt.fire(["alertname": "Down", "severity": severity])
        prompt.advance(minutes: 14)
        prompt.feed(.acknowledged(page: try #require(prompt.state.open.keys.first), by: "ada", note: ""))
        prompt.advance(minutes: 60)
        let page = try #require(prompt.state.open.values.first)
        #expect(!page.isLate(.fixture, at: Timestamp(milliseconds: prompt.now)))
    }
}

@Suite("Escalation")
struct EscalationTests {
    private func labels(_ severity: String, _ name: String = "Down") -> [String: String] {
        ["alertname": name, "severity": severity, "cluster": "a", "service": "api"]
    }

    private func minutes(_ history: OperationsHistory, _ kind: Notification.Kind, _ person: String) -> [Int64] {
        let start = history.attempts[0].at
        return history.messages(kind, to: person).map { ($0.at - start) / 60_000 }
    }

    @Test(
        "the first page leaves when the severity says, if nobody acknowledges",
        arguments: [("P0", [0]), ("P1", [5]), ("P2", [15])] as [(String, [Int64])])
    func firstPage(severity: String, expected: [Int64]) {
        var history = OperationsHistory(.fixture)
        history.fire(labels(severity))
        history.advance(minutes: 29)
        #expect(minutes(history, .page, "engineer") == expected)
        #expect(history.messages(.announcement).filter { $0.at == history.attempts[0].at }.count == 2)
    }

    @Test("a message of a storm's page holds the oldest alerts, and says how many it leaves out")
    func storm() throws {
        var history = OperationsHistory(.fixture)
        history.isHolding = true
        for number in 0..<2100 {
            history.now += 1
            history.fire(labels("P1").merging(["n": "\(number)"]) { $1 })
        }
        history.isHolding = false
        history.advance(minutes: 5)
        let page = try #require(history.messages(.page, to: "engineer").first?.notification.subject)
        #expect(page.alerts.count == 2000 && page.alertsLeftOut == 100)
        #expect(page.alerts.contains { $0.labels["n"] == "0" } && !page.alerts.contains { $0.labels["n"] == "2099" })
        #expect(page.commonLabels == labels("P1"))
    }

    @Test("P3 goes by mail and pages nobody, ever")
    func p3() {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P3"))
        history.advance(minutes: 24 * 60)
        #expect(history.messages(.page).isEmpty)
        #expect(history.messages(.announcement).map(\.notification.channel.channel) == ["mail"])
        history.end(labels("P3"))
        #expect(history.messages(.resolved).count == 1)
    }

    @Test("a P0 climbs a level every five minutes; the secondary hears with level two")
    func climb() {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P0"))
        history.advance(minutes: 25)
        #expect(minutes(history, .page, "engineer") == [0])
        #expect(minutes(history, .page, "team-lead") == [5])
        #expect(minutes(history, .page, "secondary") == [5])
        #expect(minutes(history, .page, "infrastructure-lead") == [10])
        #expect(minutes(history, .page, "cto") == [15])
        #expect(history.messages(.selfAlarm).count == 1, "the owner hears that every level was climbed in vain")
    }

    @Test("an acknowledgement stops the levels, is announced, and the lead still hears after 30 minutes unresolved")
    func acknowledge() throws {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P0"))
        let id = try #require(history.state.open.keys.first)
        history.advance(minutes: 3)
        history.feed(.acknowledged(page: id, by: "ada", note: ""))
        history.advance(minutes: 60)
        #expect(minutes(history, .page, "team-lead").isEmpty)
        #expect(minutes(history, .page, "infrastructure-lead") == [30])
        #expect(history.messages(.acknowledged).count == 2)
        history.end(labels("P0"))
        let told = Set(history.messages(.resolved).map(\.notification.channel))
        let heard = Set((history.messages(.announcement) + history.messages(.page)).map(\.notification.channel))
        #expect(told == heard)
        #expect(history.state.open.isEmpty)
    }

    @Test("what still fires half an hour after somebody called it resolved opens a new page")
    func reopen() throws {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P0"))
        let first = try #require(history.state.open.keys.first)
        history.advance(minutes: 2)
        history.feed(.resolved(page: first, by: "ada", note: "restarted it"))
        history.advance(minutes: 29)
        #expect(history.state.open.isEmpty)
        history.advance(minutes: 2)
        let second = try #require(history.state.open.values.first)
        #expect(second.id != first)
        #expect(minutes(history, .page, "engineer") == [0, 32])
    }

    @Test("what ends after somebody called it resolved stays so")
    func resolvedForGood() throws {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P0"))
        let page = try #require(history.state.open.keys.first)
        history.feed(.resolved(page: page, by: "ada", note: ""))
        history.end(labels("P0"))
        history.advance(minutes: 24 * 60)
        #expect(history.state.open.isEmpty)
        #expect(history.messages(.page).count == 1)
    }

    @Test("a snooze pages again from level one when it is over")
    func snooze() throws {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P0"))
        let id = try #require(history.state.open.keys.first)
        history.feed(.snoozed(page: id, by: "ada", untilMilliseconds: history.now + 20 * 60_000))
        history.advance(minutes: 26)
        #expect(minutes(history, .page, "engineer") == [0, 20])
        #expect(minutes(history, .page, "team-lead") == [25])
        #expect(Set(history.messages(.page).map(\.notification.key)).count == history.messages(.page).count)
    }

    @Test("alerts of one group join one page, which closes when the last has ended")
    func grouping() {
        var history = OperationsHistory(.fixture)
        var second = labels("P0")
        second["pod"] = "b"
        history.fire(labels("P0"))
        history.fire(second)
        #expect(history.state.open.count == 1)
        history.end(labels("P0"))
        #expect(history.state.open.count == 1)
        history.end(second)
        #expect(history.state.open.isEmpty)
        history.fire(labels("P0"))
        #expect(history.state.open.count == 1, "firing anew is another page")
    }

    @Test("an alert of unknown severity counts as P2")
    func unknownSeverity() {
        var history = OperationsHistory(.fixture)
        history.fire(["alertname": "Odd", "severity": "urgent"])
        #expect(history.state.open.values.first?.severity == .p2)
        history.end(["alertname": "Odd", "severity": "urgent"])
        #expect(history.state.open.isEmpty)
        #expect(history.messages(.resolved).count == 2)
    }

    @Test("a channel that fails for an hour gets the message with the same key when it is back, in order")
    func retries() {
        var history = OperationsHistory(.fixture)
        let outage = history.now + 3_600_000
        history.answer = { notification, at in
            notification.channel.channel == "slack" && at < outage
                ? .retry(reason: "500", retryAfterMilliseconds: nil) : .delivered
        }
        history.fire(labels("P0"))
        history.advance(minutes: 10)
        history.end(labels("P0"))
        history.advance(minutes: 60)
        let slack = history.attempts.filter { $0.notification.channel.channel == "slack" }
        let delivered = slack.filter { $0.at >= outage }
        #expect(delivered.map(\.notification.kind) == [.announcement, .resolved])
        #expect(Set(slack.filter { $0.notification.kind == .announcement }.map(\.notification.key)).count == 1)
        #expect(slack.count > 30 && slack.count < 120, "back-off is capped at a minute: \(slack.count) attempts")
        #expect(history.attempts.first { $0.notification.channel.channel == "hook" }?.at == history.attempts[0].at)
    }

    @Test("a permanent refusal is shown on the page and alarms the owner, once")
    func permanent() throws {
        var history = OperationsHistory(.fixture)
        history.answer = { notification, _ in
            notification.channel.channel == "slack" ? .permanent(reason: "404 no_service") : .delivered
        }
        history.fire(labels("P0"))
        let page = try #require(history.state.open.values.first)
        #expect(page.timeline.contains { $0.kind == .deliveryFailed && $0.text.contains("no_service") })
        #expect(history.messages(.selfAlarm).map(\.notification.channel.channel) == ["hook"])
    }

    @Test("a channel that carries no announcements is told of once in ten minutes, a message to a person each time")
    func permanentInAStorm() {
        var history = OperationsHistory(.fixture)
        history.answer = { notification, _ in
            notification.channel.channel == "hook" ? .delivered : .permanent(reason: "404 no_service")
        }
        func alarms(about channel: String) -> Int {
            history.messages(.selfAlarm).count { $0.notification.subject.text.contains(channel) }
        }
        for number in 0..<20 {
            history.fire(["alertname": "Down", "severity": "P2", "service": "s\(number)"], lasting: 3_600_000)
        }
        #expect(history.state.open.count == 20)
        #expect(alarms(about: "slack") == 1)
        history.advance(minutes: 11)
        history.fire(["alertname": "Late", "severity": "P2", "service": "late"], lasting: 3_600_000)
        #expect(alarms(about: "slack") == 2)
        history.advance(minutes: 20)
        #expect(history.messages(.selfAlarm).count - alarms(about: "slack") >= 21, "each page that reaches nobody")
    }

    @Test("a clock that jumps back neither repeats nor delays what is due")
    func clockJump() {
        var history = OperationsHistory(.fixture)
        history.fire(labels("P0"))
        history.now -= 3_600_000
        history.feed(.clockReached)
        #expect(history.messages(.page, to: "engineer").count == 1)
        history.now += 3_600_000
        history.advance(minutes: 6)
        #expect(history.messages(.page, to: "team-lead").count == 1)
    }
}
