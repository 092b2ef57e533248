import Response
import SignalModel
import TestKit
import Testing

@Suite("Deliveries that are confirmed, taken over, held back and put off")
struct DeliveryTests {
    private func labels(_ severity: String, _ name: String = "Down") -> [String: String] {
        ["alertname": name, "severity": severity, "cluster": "a"]
    }

    /// Voice and SMS take a message and say later what became of it.
    private func history(_ change: (inout PagingConfiguration) -> Void = { _ in }) -> OperationsHistory {
        var configuration = PagingConfiguration.withCalls
        change(&configuration)
        var history = OperationsHistory(configuration)
        history.answer = { notification, _ in
            ["call", "text"].contains(notification.channel.channel)
                ? .accepted(reference: "CA1", confirmWithinMilliseconds: 120_000) : .delivered
        }
        return history
    }

    private func channels(_ history: OperationsHistory, to person: String = "engineer") -> [String] {
        history.messages(.page, to: person).map(\.notification.channel.channel)
    }

    private func key(_ history: OperationsHistory, _ channel: String) throws -> String {
        try #require(
            history.messages(.page, to: "engineer").first { $0.notification.channel.channel == channel }
        ).notification.key
    }

    @Test("a provider that accepts and never delivers: the next channel has the page when the time is up")
    func acceptedForever() throws {
        var history = history()
        history.fire(labels("P0"))
        #expect(channels(history) == ["call"])
        history.advance(milliseconds: 119_999)
        #expect(channels(history) == ["call"])
        history.advance(milliseconds: 1)
        #expect(channels(history) == ["call", "text"])
        history.advance(minutes: 2)
        #expect(channels(history) == ["call", "text", "mail"])
        let page = try #require(history.state.open.values.first)
        let words = "never confirmed; text takes over"
        #expect(page.timeline.contains { $0.kind == .fellBack && $0.text.contains(words) })
    }

    @Test("a confirmed message needs no other channel, and says so in the timeline")
    func confirmed() throws {
        var history = history()
        history.fire(labels("P0"))
        let key = try key(history, "call")
        history.feed(.confirmed(key: key, status: .underWay, order: 1, detail: "ringing"))
        history.feed(.confirmed(key: key, status: .delivered, order: 3, detail: "answered"))
        history.advance(minutes: 4)
        #expect(channels(history) == ["call"])
        let page = try #require(history.state.open.values.first)
        #expect(page.timeline.contains { $0.kind == .delivered && $0.text == "page to engineer by call: answered" })
        #expect(page.status == .open, "answered is not acknowledged")
        history.advance(minutes: 2)
        #expect(channels(history, to: "team-lead") == ["mail"], "and does not stop the escalation")
    }

    @Test("a call that nobody answers is followed by an SMS at once")
    func failed() throws {
        var history = history()
        history.fire(labels("P0"))
        history.feed(.confirmed(key: try key(history, "call"), status: .failed, order: 3, detail: "busy"))
        #expect(channels(history) == ["call", "text"])
    }

    @Test("callbacks that come twice, late, in any order or for what is unknown change nothing more")
    func duplicates() throws {
        var history = history()
        history.fire(labels("P0"))
        let key = try key(history, "call")
        history.feed(.confirmed(key: key, status: .failed, order: 3, detail: "busy"))
        let before = history.state
        for (status, order) in [(ConfirmationStatus.failed, 3), (.underWay, 1), (.delivered, 4), (.failed, 0)] {
            history.feed(.confirmed(key: key, status: status, order: Int64(order), detail: "late"))
            history.feed(.confirmed(key: "7-x/nowhere", status: status, order: Int64(order), detail: ""))
        }
        #expect(history.state.open == before.open)
        #expect(history.state.outbox == before.outbox)
        #expect(history.state.deliveries == before.deliveries)
    }

    @Test("an older status that comes after a newer one is not believed")
    func reordered() throws {
        var history = history()
        history.fire(labels("P0"))
        let key = try key(history, "call")
        history.feed(.confirmed(key: key, status: .underWay, order: 2, detail: "in-progress"))
        history.feed(.confirmed(key: key, status: .failed, order: 1, detail: "a stale failure"))
        #expect(channels(history) == ["call"])
    }

    @Test("a callback that is faster than the provider's own answer counts")
    func earlyCallback() throws {
        var history = history()
        history.isHolding = true
        history.fire(labels("P0"))
        let entry = try #require(history.state.dueMessages().first { $0.place.channel == "call" })
        history.feed(.confirmed(key: entry.key, status: .delivered, order: 3, detail: ""))
        history.feed(
            .delivered(key: entry.key, result: .accepted(reference: "CA1", confirmWithinMilliseconds: 120_000)))
        history.isHolding = false
        history.advance(minutes: 4)
        #expect(!channels(history).contains("text"))
    }

    @Test("an acknowledgement ends all waiting: for confirmations, for later contacts, for quotas")
    func acknowledged() throws {
        var history = history {
            $0.people["engineer"]?.contacts.append(
                .init(channel: "push", address: "engineer", afterMilliseconds: 180_000))
        }
        history.fire(labels("P0"))
        let id = try #require(history.state.open.keys.first)
        history.advance(minutes: 1)
        history.feed(.acknowledged(page: id, by: "engineer", note: ""))
        #expect(history.state.deliveries == Deliveries())
        history.advance(minutes: 20)
        #expect(channels(history) == ["call"])
    }

    @Test("a refused and a failing channel are taken over; the failing one goes on trying")
    func refusedAndFailing() {
        var refused = history()
        refused.answer = { notification, _ in
            notification.channel.channel == "call" ? .permanent(reason: "no such number") : .delivered
        }
        refused.fire(labels("P0"))
        #expect(channels(refused) == ["call", "text"])
        #expect(refused.messages(.selfAlarm).count == 1)
        var failing = history()
        failing.answer = { notification, _ in
            notification.channel.channel == "call"
                ? .retry(reason: "503", retryAfterMilliseconds: nil) : .delivered
        }
        failing.fire(labels("P0"))
        #expect(channels(failing) == ["call"])
        failing.advance(milliseconds: 40_000)
        #expect(channels(failing).filter { $0 == "text" }.count == 1)
        #expect(channels(failing).filter { $0 == "call" }.count > 3)
    }

    @Test("a team's channel is taken over too")
    func team() {
        var history = history { $0.delivery.channels["slack"] = .init(fallback: "hook") }
        history.answer = { notification, _ in
            notification.channel.channel == "slack" ? .permanent(reason: "archived") : .delivered
        }
        history.fire(labels("P0"))
        #expect(history.messages(.announcement).filter { $0.notification.channel.channel == "hook" }.count == 2)
    }

    @Test("a P3 that mail refuses rings nobody's phone")
    func informs() {
        var history = history {
            $0.people["engineer"]?.contacts = [.init(channel: "mail", address: "e@example.org")]
            $0.delivery.channels["mail"] = .init(fallback: "call")
            $0.delivery.channels["call"]?.fallback = nil
        }
        history.answer = { notification, _ in
            notification.channel.channel == "mail" ? .permanent(reason: "550") : .delivered
        }
        history.fire(labels("P3"))
        history.advance(minutes: 60)
        #expect(!history.attempts.contains { $0.notification.channel.channel == "call" })
        #expect(history.messages(.selfAlarm).count == 1, "its owner hears of it")
    }

    @Test("a contact has its turn after its time and for its severities")
    func personalRules() {
        var history = history {
            $0.people["engineer"]?.contacts = [
                .init(channel: "push", address: "engineer"),
                .init(channel: "call", address: "+1", afterMilliseconds: 120_000, severities: [.p0]),
                .init(channel: "text", address: "+1", afterMilliseconds: 60_000, severities: [.p0, .p1]),
            ]
            $0.delivery.channels = [:]
        }
        history.answer = { _, _ in .delivered }
        let start = history.now
        history.fire(labels("P1"))
        history.advance(minutes: 9)
        #expect(channels(history) == ["push", "text"])
        history.fire(labels("P0", "Other"))
        history.advance(minutes: 4)
        let pages = history.messages(.page, to: "engineer")
        #expect(pages.map(\.notification.channel.channel) == ["push", "text", "push", "text", "call"])
        #expect(pages.map { ($0.at - start) / 60_000 } == [5, 6, 9, 10, 11])
    }

    @Test("a severity that a person's rules leave out reaches them all the same")
    func nobodyLeftOut() {
        var history = history {
            $0.people["engineer"]?.contacts = [.init(channel: "push", address: "e", severities: [.p0])]
        }
        history.fire(labels("P2"))
        history.advance(minutes: 16)
        #expect(channels(history) == ["push"])
    }

    @Test("a storm of P1 uses up its own calls only: the SMS and the mail take over, and a P0 still calls")
    func storm() throws {
        var history = history { $0.policies[.p1]?.pageAfterMilliseconds = 0 }
        history.answer = { _, _ in .delivered }
        for number in 0..<20 { history.fire(labels("P1", "A\(number)")) }
        let sent = channels(history)
        #expect(sent.count { $0 == "call" } == 3)
        #expect(sent.count { $0 == "text" } == 5)
        #expect(sent.count { $0 == "mail" } == 12, "every page is told in some way")
        history.fire(labels("P0", "Worse"))
        #expect(channels(history).count { $0 == "call" } == 4)
        let last = try #require(history.state.open.values.first { $0.title == "A19" })
        #expect(last.timeline.contains { $0.text.contains("the quota of voice for P1 is used up; text takes over") })
    }

    @Test("quotas slide along: fifteen minutes later there are three more, at most seven an hour")
    func sliding() {
        var history = history { $0.policies[.p1]?.pageAfterMilliseconds = 0 }
        history.answer = { _, _ in .delivered }
        var calls: [Int] = []
        for round in 0..<5 {
            for number in 0..<4 { history.fire(labels("P1", "A\(round)-\(number)")) }
            calls.append(channels(history).count { $0 == "call" })
            history.advance(minutes: 15)
        }
        // Levels climb too, so only the engineer's calls count; the first hour has seven.
        #expect(calls == [3, 6, 7, 7, 10])
    }

    @Test("where no channel stands behind, what a quota kept back is told once, together, when it may")
    func bundled() throws {
        var history = history {
            $0.policies[.p1]?.pageAfterMilliseconds = 0
            $0.delivery.channels["call"]?.fallback = nil
        }
        history.answer = { _, _ in .delivered }
        for number in 0..<8 { history.fire(labels("P1", "A\(number)")) }
        #expect(channels(history) == ["call", "call", "call"])
        let held = try #require(history.state.open.values.first { $0.title == "A7" })
        #expect(held.timeline.contains { $0.kind == .heldBack })
        let taken = try #require(history.state.open.values.first { $0.title == "A4" })
        history.feed(.acknowledged(page: taken.id, by: "ada", note: ""))
        history.advance(minutes: 14)
        #expect(channels(history).count == 3)
        history.advance(minutes: 1)
        let bundle = try #require(history.messages(.page, to: "engineer").last).notification
        #expect(channels(history).count == 4)
        #expect(bundle.subject.title == "4 pages wait for you")
        #expect(bundle.subject.text == "A3\nA5\nA6\nA7")
        #expect(Set(history.state.deliveries.awaited.keys).isEmpty)
    }

    @Test("a number that has sent STOP gets no SMS until it sends START; the next channel has the page")
    func stop() {
        var history = history { $0.people["engineer"]?.contacts = [.init(channel: "text", address: "+1")] }
        history.feed(.numberStopped(number: "+1", isStopped: true))
        history.fire(labels("P0"))
        #expect(channels(history) == ["mail"])
        history.feed(.numberStopped(number: "+1", isStopped: false))
        history.fire(labels("P0", "Other"))
        #expect(channels(history) == ["mail", "text"])
    }

    @Test("who asks for the next level gets it at once, also for what somebody had in hand")
    func escalate() throws {
        var history = history()
        history.answer = { _, _ in .delivered }
        history.fire(labels("P0"))
        let id = try #require(history.state.open.keys.first)
        history.feed(.acknowledged(page: id, by: "engineer", note: ""))
        history.feed(.escalated(page: id, by: "engineer"))
        #expect(channels(history, to: "team-lead") == ["mail"])
        #expect(history.state.open[id]?.status == .open)
        #expect(history.state.open[id]?.timeline.contains { $0.kind == .escalated && $0.actor == "engineer" } == true)
    }

    @Test("a call is not repeated to say that it is over; a channel that keeps one message hears everything")
    func ends() throws {
        var history = history {
            $0.delivery.channels["chat"] = .init(followsPage: true)
            $0.people["engineer"]?.contacts.append(.init(channel: "chat", address: "U1"))
        }
        history.answer = { notification, _ in
            notification.channel.channel == "chat" ? .posted(reference: "D1/17") : .delivered
        }
        history.fire(labels("P0"))
        let id = try #require(history.state.open.keys.first)
        history.feed(.acknowledged(page: id, by: "engineer", note: ""))
        history.end(labels("P0"))
        #expect(!history.messages(.resolved).contains { $0.notification.channel.channel == "call" })
        let chat = history.attempts.filter { $0.notification.channel.channel == "chat" }.map(\.notification)
        #expect(chat.map(\.kind) == [.page, .acknowledged, .resolved])
        #expect(chat.map(\.posted) == [nil, "D1/17", "D1/17"])
    }
}
