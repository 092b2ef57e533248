import Basics
import Ingest
import Logging
import SignalModel
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct DiscoveryTests {
    private let clock = VirtualClock()
    /// Stands for what is found elsewhere: any configuration will do, since the test makes the discoveries.
    private let elsewhere = DiscoveryConfiguration.fixed([TargetGroup(source: "elsewhere", addresses: [])])
    private let another = DiscoveryConfiguration.fixed([TargetGroup(source: "another", addresses: [])])
    private let scripted = ScriptedDiscovery()
    private let second = ScriptedDiscovery()

    /// Runs `body` beside a discovery; `next` waits for the following handover.
    private func run(
        _ body: (_ discovery: Discovery, _ next: () async -> Set<String>) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let (scripted, second, another) = (scripted, second, another)
        let discovery = Discovery(make: { $0 == another ? second : scripted }, clock: clock, logger: logger)
        let (changes, changesIn) = AsyncStream<Set<String>>.makeStream()
        try await withThrowingTaskGroup { group in
            group.addTask { await discovery.run { changesIn.yield($0) } }
            try await body(discovery) {
                for await jobs in changes { return jobs }
                return []
            }
            group.cancelAll()
        }
    }

    private func wait(until condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    private func group(_ source: String, _ addresses: String...) -> TargetGroup {
        TargetGroup(source: source, addresses: addresses)
    }

    @Test("groups are replaced by source, whole lists replace everything, and a group without targets is gone")
    func updates() async throws {
        try await run { discovery, next in
            discovery.apply(["j": [elsewhere]])
            let steps: [(DiscoveryUpdate, [TargetGroup])] = [
                (.all([group("b", "b:1"), group("a", "a:1")]), [group("a", "a:1"), group("b", "b:1")]),
                (.changed([group("b", "b:2")]), [group("a", "a:1"), group("b", "b:2")]),
                (.changed([group("a"), group("c", "c:1")]), [group("b", "b:2"), group("c", "c:1")]),
                (.all([group("c", "c:1")]), [group("c", "c:1")]),
            ]
            for (update, expected) in steps {
                scripted.send(update)
                #expect(await next() == ["j"])
                #expect(discovery.groups(of: "j") == expected)
                await wait { clock.sleeperCount == 1 }
                clock.advance(by: Discovery.handoverInterval)
            }
        }
    }

    @Test("many changes are one handover, and what says nothing new is none")
    func gathering() async throws {
        try await run { discovery, next in
            discovery.apply(["j": [elsewhere], "k": [another]])
            scripted.send(.all([group("a", "a:1")]))
            #expect(await next() == ["j"])
            await wait { clock.sleeperCount == 1 }
            for port in 2..<50 { scripted.send(.all([group("a", "a:\(port)")])) }
            second.send(.all([group("b", "b:1")]))
            second.send(.all([group("b", "b:1")]))
            await wait { discovery.statuses.map(\.updateCount).reduce(0, +) == 51 }
            clock.advance(by: Discovery.handoverInterval)
            #expect(await next() == ["j", "k"])
            #expect(discovery.groups(of: "j") == [group("a", "a:49")])
            await wait { clock.sleeperCount == 1 }
            second.send(.all([group("b", "b:1")]))
            await wait { discovery.statuses.map(\.updateCount).reduce(0, +) == 52 }
            clock.advance(by: Discovery.handoverInterval)
            scripted.send(.all([]))
            #expect(await next() == ["j"])
        }
    }

    @Test("a failure keeps what was found, is counted, and is over with the next good look")
    func failure() async throws {
        try await run { discovery, next in
            discovery.apply(["j": [elsewhere]])
            scripted.send(.all([group("a", "a:1"), group("b", "b:1", "b:2")]))
            _ = await next()
            scripted.send(.failed("no answer"))
            await wait { discovery.statuses.first?.failureCount == 1 }
            #expect(discovery.statuses.first?.failure == "no answer")
            #expect(discovery.statuses.first?.targetCount == 3)
            #expect(discovery.groups(of: "j").count == 2)
            scripted.send(.changed([]))
            await wait { discovery.statuses.first?.failure == nil }
            #expect(discovery.groups(of: "j").count == 2)
        }
    }

    @Test("jobs share an equal discovery; one that no job names is ended and heard no more")
    func sharing() async throws {
        try await run { discovery, next in
            discovery.apply(["j": [elsewhere], "k": [another, elsewhere]])
            scripted.send(.all([group("a", "a:1")]))
            #expect(await next() == ["j", "k"])
            #expect(discovery.statuses.map(\.jobs) == [["j", "k"], ["k"]])

            discovery.apply(["k": [elsewhere]])
            await wait { second.isEnded }
            #expect(!scripted.isEnded)
            #expect(discovery.groups(of: "j").isEmpty)
            #expect(discovery.groups(of: "k") == [group("a", "a:1")])
            second.sendLate(.all([group("b", "b:1")]))
            #expect(discovery.statuses.map(\.jobs) == [["k"]])

            discovery.apply([:])
            await wait { scripted.isEnded }
            #expect(discovery.statuses.isEmpty)
        }
    }

    @Test("a discovery whose settings changed goes on with what its predecessor found, until it has looked itself")
    func inheritance() async throws {
        try await run { discovery, next in
            discovery.apply(["j": [elsewhere], "k": []])
            scripted.send(.all([group("a", "a:1"), group("b", "b:1")]))
            _ = await next()
            await wait { clock.sleeperCount == 1 }

            discovery.apply(["j": [another], "k": []])
            #expect(discovery.groups(of: "j") == [group("a", "a:1"), group("b", "b:1")])
            second.send(.failed("no answer"))
            await wait { discovery.statuses.first?.failureCount == 1 }
            #expect(discovery.groups(of: "j").count == 2)
            second.send(.changed([group("c", "c:1")]))
            await wait { discovery.statuses.first?.updateCount == 1 }
            #expect(discovery.groups(of: "j") == [group("c", "c:1")])
            clock.advance(by: Discovery.handoverInterval)
            #expect(await next() == ["j"])

            // Another job has nothing of it.
            discovery.apply(["k": [elsewhere]])
            #expect(discovery.groups(of: "k").isEmpty)
        }
    }
}
