import Alerting
import Basics
import Foundation
import Response
import SignalModel
import Testing

@Suite("Receivers, by way of the outbox")
struct RoutingTests {
    private struct Bench {
        var state = OperationsState()
        var now: Int64 = 1_800_000_000_000

        init(sendsResolved: Bool = true) {
            var root = RouteSettings()
            root.receiver = "hook"
            root.groupBy = ["alertname"]
            let integration = Receiver.Integration(
                id: "webhook[0]", channel: "receiver/hook/webhook[0]", sendsResolved: sendsResolved)
            var paging = PagingConfiguration()
            paging.owners = ["ops"]
            apply(.configured(paging))
            apply(
                .routed(
                    RoutingConfiguration(
                        tree: RouteTree(root),
                        receivers: ["hook": Receiver(name: "hook", integrations: [integration])])))
        }

        mutating func apply(_ input: OperationsInput) {
            state.apply(JournalEntry(sequence: state.sequence + 1, atMilliseconds: now, input: input))
        }

        mutating func fire(_ n: String, endsIn seconds: Int64 = 100_000, severity: String = "P1") {
            let alert = ObservedAlert(
                labels: Labels([("alertname", "A"), ("n", n), ("severity", severity)]), annotations: .empty,
                startsAt: Timestamp(milliseconds: now), endsAt: Timestamp(milliseconds: now + seconds * 1000),
                generatorURL: "")
            apply(.observed([AlertInput(alert)]))
        }

        mutating func advance(seconds: Int64) {
            now += seconds * 1000
            apply(.clockReached)
        }

        var groups: [OutboxEntry] {
            state.outbox.values.filter { $0.notification.kind == .group }.sorted { $0.sequence < $1.sequence }
        }
    }

    @Test("a group's message waits in the outbox until it is delivered; then it is remembered")
    func delivered() throws {
        var bench = Bench()
        bench.fire("1")
        bench.advance(seconds: 29)
        #expect(bench.groups.isEmpty)
        bench.advance(seconds: 1)
        let message = try #require(bench.groups.first)
        #expect(message.notification.channel.channel == "receiver/hook/webhook[0]")
        #expect(message.notification.group?.groupKey == #"{}:{alertname="A"}"#)
        bench.apply(.delivered(key: message.key, result: .retry(reason: "busy", retryAfterMilliseconds: nil)))
        #expect(bench.groups.count == 1)
        bench.apply(.delivered(key: message.key, result: .delivered))
        #expect(bench.groups.isEmpty)
        bench.advance(seconds: 600)
        #expect(bench.groups.isEmpty)
        bench.fire("1", endsIn: 0)
        bench.advance(seconds: 300)
        #expect(bench.groups.first?.notification.group?.reason == .allResolved)
    }

    @Test("what is undelivered at the next tick gives way to what is so then")
    func overtaken() throws {
        var bench = Bench()
        bench.fire("1")
        bench.advance(seconds: 30)
        let first = try #require(bench.groups.first).key
        bench.fire("2")
        bench.advance(seconds: 300)
        #expect(bench.groups.count == 1)
        #expect(bench.groups.first?.key != first)
        #expect(bench.groups.first?.notification.group?.alerts.count == 2)
    }

    @Test("a receiver that refuses for good is told of once, until it works again")
    func refused() throws {
        var bench = Bench()
        bench.fire("1", severity: "P3")
        bench.advance(seconds: 30)
        func alarms() -> Int { bench.state.outbox.values.filter { $0.notification.kind == .selfAlarm }.count }
        for _ in 0..<3 {
            let message = try #require(bench.groups.first)
            bench.apply(.delivered(key: message.key, result: .permanent(reason: "404")))
            #expect(alarms() == 1)
            bench.advance(seconds: 300)
        }
        let message = try #require(bench.groups.first)
        bench.apply(.delivered(key: message.key, result: .delivered))
        bench.fire("2", severity: "P3")
        bench.advance(seconds: 300)
        bench.apply(.delivered(key: try #require(bench.groups.first).key, result: .permanent(reason: "404")))
        #expect(alarms() == 2)
    }

    @Test("a snapshot in the middle is the same state, and goes on the same")
    func snapshot() throws {
        var bench = Bench()
        bench.fire("1")
        bench.apply(
            .silenced(
                SilenceDraft(
                    matchers: try MatcherParser.parse("n=2"), startsAtMilliseconds: bench.now,
                    endsAtMilliseconds: bench.now + 3_600_000, createdBy: "ann", comment: "", author: "user:ann"),
                newID: "s"))
        bench.fire("2")
        var other = bench
        other.state = try JSONDecoder().decode(OperationsState.self, from: try JSONEncoder().encode(bench.state))
        #expect(other.state == bench.state)
        for _ in 0..<20 {
            bench.advance(seconds: 15)
            other.advance(seconds: 15)
            #expect(other.state == bench.state)
        }
        #expect(bench.groups.first?.notification.group?.alerts.count == 1)
    }

    @Test("a state of before there were silences is read")
    func older() throws {
        var text = String(decoding: try JSONEncoder().encode(OperationsState()), as: UTF8.self)
        let start = try #require(text.range(of: "\"routing\":"))
        // The object after the key, up to its closing brace.
        var depth = 0
        var end = start.upperBound
        repeat {
            if text[end] == "{" { depth += 1 }
            if text[end] == "}" { depth -= 1 }
            end = text.index(after: end)
        } while depth > 0
        text.replaceSubrange(start.lowerBound..<end, with: "\"before\":1")
        let state = try JSONDecoder().decode(OperationsState.self, from: Data(text.utf8))
        #expect(state.routing == AlertRouting())
    }

    @Test("the explainer tells who hears of it and who is woken, with times")
    func explained() throws {
        var bench = Bench()
        var paging = PagingConfiguration()
        paging.announce = ["alerts"]
        paging.levels = [.init(people: ["ann"]), .init(people: ["bob"])]
        paging.lead = "cat"
        bench.apply(.configured(paging))
        let start = bench.now
        func explain(_ labels: [String: String]) -> Explanation {
            bench.state.explanation(of: labels, at: Timestamp(milliseconds: bench.now))
        }
        let first = explain(["alertname": "A", "n": "1", "severity": "P1"])
        #expect(first.routes.map(\.receiver) == ["hook"])
        #expect(first.routes[0].tellsAtMilliseconds == start + 30_000)
        #expect(first.routes[0].repeatsEveryMilliseconds == 14_400_000 + 300_000)
        #expect(first.steps.map { ($0.atMilliseconds - start) / 60_000 } == [0, 5, 20, 30])
        #expect(first.steps.map(\.text)[1] == "level 1, unless acknowledged: ann")
        bench.fire("1")
        bench.advance(seconds: 30)
        let joined = explain(["alertname": "A", "n": "2", "severity": "P1"])
        #expect(joined.page != nil && joined.routes[0].membersCount == 1)
        #expect(joined.routes[0].tellsAtMilliseconds == start + 330_000)
        bench.apply(
            .silenced(
                SilenceDraft(
                    matchers: try MatcherParser.parse("n=2"), startsAtMilliseconds: bench.now,
                    endsAtMilliseconds: bench.now + 3_600_000, createdBy: "ann", comment: "", author: "user:ann"),
                newID: "s"))
        let silenced = explain(["alertname": "A", "n": "2", "severity": "P1"])
        #expect(silenced.suppression.silencedBy == ["s"] && silenced.steps.isEmpty)
        #expect(silenced.routes[0].tellsAtMilliseconds == nil)
        let urgent = explain(["alertname": "A", "n": "2", "severity": "P0"])
        #expect(urgent.idleSilences == ["s": "counts for P0 only once a second person approves it"])
        #expect(urgent.routes[0].tellsAtMilliseconds == bench.now)
        #expect(explain(["alertname": "B"]).isSeverityAssumed)
    }
}
