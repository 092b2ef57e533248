import Alerting
import Basics
import Foundation
import SignalModel
import Testing

@Suite("The dispatcher")
struct DispatcherTests {
    private static func labels(_ n: String, _ more: [String: String] = [:]) -> [String: String] {
        ["alertname": "A", "n": n].merging(more) { $1 }
    }

    @Test("alerts of a group wait together, and are told once")
    func groupWait() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1"))
        bench.advance(seconds: 10)
        bench.fire(Self.labels("2"))
        bench.fire(["alertname": "B", "n": "3"])
        bench.advance(seconds: 19)
        #expect(bench.takeTold().isEmpty)
        bench.advance(seconds: 1)
        #expect(bench.takeTold() == ["first notification: 1 2"])
        bench.advance(seconds: 10)
        #expect(bench.takeTold() == ["first notification: 3"])
        bench.advance(seconds: 3000)
        #expect(bench.takeTold().isEmpty)
    }

    @Test("a new alert waits for the interval; then it is told with the rest")
    func groupInterval() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1"))
        bench.advance(seconds: 40)
        bench.fire(Self.labels("2"))
        _ = bench.takeTold()
        bench.advance(seconds: 289)
        #expect(bench.takeTold().isEmpty)
        bench.advance(seconds: 1)
        #expect(bench.takeTold() == ["new alerts: 1 2"])
    }

    @Test("what began long ago does not wait")
    func overdue() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1"), startedAgo: 31)
        #expect(bench.takeTold() == ["first notification: 1"])
    }

    @Test("a P0 waits neither for the group nor for the interval")
    func urgent() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1", ["severity": "P0"]))
        #expect(bench.takeTold() == ["first notification: 1"])
        bench.advance(seconds: 10)
        bench.fire(Self.labels("2", ["severity": "P0"]))
        #expect(bench.takeTold() == ["new alerts: 1 2"])
        bench.advance(seconds: 5)
        bench.fire(Self.labels("3", ["severity": "P1"]))
        #expect(bench.takeTold().isEmpty)
        bench.advance(seconds: 295)
        #expect(bench.takeTold() == ["new alerts: 1 2 3"])
    }

    @Test("without group_wait nobody waits, however many groups there are")
    func withoutWait() {
        var bench = RoutingBench(RoutingBench.configuration(wait: 0, groupBy: ["n"]))
        bench.now += 101
        for number in 0..<1100 { bench.fire(Self.labels("\(number)")) }
        #expect(bench.takeTold().count == 1100)
    }

    @Test("resolved before it was told: never told")
    func neverTold() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1"))
        bench.advance(seconds: 20)
        bench.resolve(Self.labels("1"))
        bench.advance(seconds: 4000)
        #expect(bench.takeTold().isEmpty)
        #expect(bench.routing.dispatcher.groups.isEmpty)
    }

    @Test("the end is told at the next interval, once, and the group is forgotten")
    func resolved() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1"))
        bench.fire(Self.labels("2"))
        bench.advance(seconds: 30)
        _ = bench.takeTold()
        bench.resolve(Self.labels("1"))
        bench.advance(seconds: 300)
        #expect(bench.takeTold() == ["some alerts resolved: -1 2"])
        bench.advance(seconds: 300)
        #expect(bench.takeTold().isEmpty)
        bench.resolve(Self.labels("2"))
        bench.advance(seconds: 300)
        #expect(bench.takeTold() == ["all alerts resolved: -2"])
        #expect(bench.told.isEmpty)
        bench.advance(seconds: 31)
        #expect(bench.routing.dispatcher.groups.isEmpty)
    }

    @Test("without send_resolved the end is not told, but remembered: firing anew is news")
    func withoutResolved() {
        var bench = RoutingBench(RoutingBench.configuration(sendsResolved: false))
        bench.fire(Self.labels("1"))
        bench.fire(Self.labels("2"))
        bench.advance(seconds: 30)
        _ = bench.takeTold()
        bench.resolve(Self.labels("1"))
        bench.advance(seconds: 600)
        #expect(bench.takeTold().isEmpty)
        bench.resolve(Self.labels("2"))
        bench.advance(seconds: 600)
        #expect(bench.takeTold().isEmpty)
        bench.fire(Self.labels("2"))
        bench.advance(seconds: 30)
        #expect(bench.takeTold() == ["new alerts: 2"])
    }

    @Test("repeats come at the first tick after the interval has passed")
    func repeats() {
        var bench = RoutingBench(RoutingBench.configuration(repeats: 700))
        bench.fire(Self.labels("1"))
        bench.advance(seconds: 30)
        _ = bench.takeTold()
        bench.advance(seconds: 899)
        #expect(bench.takeTold().isEmpty)
        bench.advance(seconds: 1)
        #expect(bench.takeTold() == ["repeat interval elapsed: 1"])
    }

    @Test("what cannot be delivered is given up at the next tick, which decides anew")
    func undelivered() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.delivers = false
        bench.fire(Self.labels("1"))
        bench.advance(seconds: 30)
        let first = bench.told[0].key
        _ = bench.takeTold()
        bench.fire(Self.labels("2"))
        bench.advance(seconds: 300)
        #expect(bench.dropped == [first])
        #expect(bench.takeTold() == ["first notification: 1 2"])
        // The answer to the first comes after all: too late to count.
        bench.routing.finish(first, isDelivered: true, at: bench.time)
        let log = bench.routing.dispatcher.log
        #expect(log.entry(group: "{}:{alertname=\"A\"}", receiver: "hook", integration: "webhook[0]") == nil)
    }

    @Test("a tick that comes while a flush is under way is made up for as soon as that ends")
    func slowDelivery() {
        var bench = RoutingBench(RoutingBench.configuration(wait: 0, interval: 2))
        bench.delivers = false
        bench.fire(Self.labels("1"))
        bench.advance(seconds: 0)
        let first = bench.told[0].key
        bench.advance(seconds: 3)
        bench.fire(Self.labels("2"))
        #expect(bench.takeTold() == ["first notification: 1"])
        bench.routing.finish(first, isDelivered: true, at: bench.time)
        bench.advance(seconds: 0)
        #expect(bench.takeTold() == ["new alerts: 1 2"])
    }

    @Test("an end that could not be told is told by a later flush")
    func failedEnd() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1"))
        bench.advance(seconds: 30)
        _ = bench.takeTold()
        bench.delivers = false
        bench.resolve(Self.labels("1"))
        bench.advance(seconds: 300)
        bench.routing.finish(bench.told[0].key, isDelivered: false, at: bench.time)
        #expect(bench.takeTold() == ["all alerts resolved: -1"])
        bench.delivers = true
        bench.advance(seconds: 300)
        #expect(bench.takeTold() == ["all alerts resolved: -1"])
    }

    @Test("a muted route says nothing and forgets what ends; afterwards it tells what still fires")
    func muted() throws {
        var interval = Alerting.TimeInterval()
        // 13:46:40 is when the bench's clock starts.
        interval.times = [.init(13 * 60, 15 * 60)]
        let intervals = ["lunch": [interval]]
        var bench = RoutingBench(
            RoutingBench.configuration(intervals: intervals) { root in
                var child = RouteSettings()
                child.muteTimeIntervals = ["lunch"]
                root.routes = [child]
            })
        bench.fire(Self.labels("1"))
        bench.fire(Self.labels("2"))
        #expect(bench.routing.suppression(of: Self.labels("1"), at: bench.time).mutedBy == ["lunch"])
        #expect(!bench.routing.suppression(of: Self.labels("1"), at: bench.time).isSuppressed)
        bench.advance(seconds: 100)
        bench.resolve(Self.labels("2"))
        bench.advance(seconds: 4200)
        #expect(bench.takeTold().isEmpty)
        bench.advance(seconds: 400)
        #expect(bench.takeTold() == ["first notification: 1"])
    }

    @Test("a message holds what all share, in Alertmanager's order")
    func content() {
        var bench = RoutingBench(RoutingBench.configuration(groupBy: ["cluster"]))
        bench.fire(["cluster": "x", "n": "1", "team": "t", "instance": "b"])
        bench.fire(["cluster": "x", "n": "2", "team": "t", "instance": "a"])
        bench.fire(["cluster": "x", "n": "3", "team": "t"])
        bench.advance(seconds: 30)
        let told = bench.told[0]
        #expect(told.groupKey == #"{}:{cluster="x"}"#)
        #expect(told.commonLabels == ["cluster": "x", "team": "t"] && told.groupLabels == ["cluster": "x"])
        #expect(told.alerts.map { $0.alert.labels["n"] } == ["2", "1", "3"])
    }

    @Test("of too many alerts the message tells those that are new to the receiver")
    func truncated() {
        var bench = RoutingBench(RoutingBench.configuration(wait: 0))
        for n in 0..<(AlertingLimits.notificationAlertsMax + 10) {
            bench.fire(Self.labels("old-\(n)"), startedAgo: 1)
        }
        bench.advance(seconds: 300)
        bench.told = []
        bench.fire(Self.labels("new", ["severity": "P0"]))
        let told = bench.told[0]
        #expect(told.alerts.count == AlertingLimits.notificationAlertsMax && told.truncatedCount == 11)
        #expect(told.alerts.contains { $0.alert.labels["n"] == "new" })
        #expect(told.commonLabels == ["alertname": "A"])
    }

    @Test("another configuration begins new groups and tells nothing twice")
    func reconfigured() {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1"))
        bench.advance(seconds: 60)
        _ = bench.takeTold()
        bench.fire(Self.labels("2"), startedAgo: 40)
        _ = bench.routing.configure(RoutingBench.configuration(repeats: 3600), bench.book, at: bench.time)
        bench.run()
        #expect(bench.takeTold() == ["new alerts: 1 2"])
        bench.advance(seconds: 600)
        #expect(bench.takeTold().isEmpty)
    }

    @Test("a restart in the middle changes nothing")
    func restart() throws {
        let copy: (AlertRouting) throws -> AlertRouting = {
            try JSONDecoder().decode(AlertRouting.self, from: try JSONEncoder().encode($0))
        }
        var bench = RoutingBench(RoutingBench.configuration())
        bench.fire(Self.labels("1"))
        try bench.restart(copy)
        bench.advance(seconds: 30)
        #expect(bench.takeTold() == ["first notification: 1"])
        bench.resolve(Self.labels("1"))
        let before = bench.routing
        try bench.restart(copy)
        #expect(bench.routing == before)
        bench.advance(seconds: 300)
        #expect(bench.takeTold() == ["all alerts resolved: -1"])
    }
}
