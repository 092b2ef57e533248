import Basics
import Ingest
import Logging
import SignalModel
import Synchronization
import TestKit
import Testing
import WireFormats

@Suite(.timeLimit(.minutes(1))) struct ScrapingTests {
    /// Targets in memory, by URL.
    private final class Pages: TargetFetching {
        let texts = Mutex<[String: String]>([:])

        func fetch(_ target: ScrapeTarget) async -> Result<[UInt8], ScrapeFailure> {
            guard let text = texts.withLock({ $0[target.url] }) else { return .failure(.transport("no such page")) }
            return .success(Array(text.utf8))
        }
    }

    private let clock = VirtualClock()
    private let pages = Pages()
    private let appender = RecordingAppender()

    private func configuration(_ targets: [String], timeout: Duration = .seconds(5)) -> ScrapeConfiguration {
        var result = ScrapeConfiguration(jobName: "j", interval: .seconds(10), timeout: timeout)
        result.discoveries = [.fixed([TargetGroup(source: "0", addresses: targets)])]
        return result
    }

    /// Runs `body` beside the scraping, whose loops all wait for the clock when `settle` returns.
    private func run(_ found: ScriptedDiscovery? = nil, _ body: (Scraping) async throws -> Void) async throws {
        var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .critical
        let scraping = Scraping(
            appender: appender, metadata: MetadataCatalog(), fetcher: pages,
            discovery: Discovery(make: { _ in found }, clock: clock, logger: logger), clock: clock, logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await scraping.run() }
            try await body(scraping)
            group.cancelAll()
        }
    }

    private func settle(sleepers: Int) async {
        while clock.sleeperCount != sleepers { await Task.yield() }
    }

    @Test("every target is scraped once an interval, at its own place in it")
    func schedule() async throws {
        pages.texts.withLock { $0 = ["http://a:1/metrics": "m 1\n", "http://b:1/metrics": "m 2\n"] }
        try await run { scraping in
            await scraping.apply([configuration(["a:1", "b:1"])])
            await settle(sleepers: 2)
            var times: [[Int64]] = []
            for _ in 0..<3 {
                clock.advance(by: .seconds(10))
                times.append(await appender.next(2).map { $0.batch.samples[0].timestamp.milliseconds })
                await settle(sleepers: 2)
            }
            #expect(times[1] == times[0].map { $0 + 10_000 })
            #expect(times[2] == times[0].map { $0 + 20_000 })
            #expect(Set(times[0].map { $0 % 10_000 }).count == 2)
            let statuses = await scraping.targets()
            #expect(statuses.map(\.health) == [.up, .up])
            #expect(statuses.map(\.lastScrape?.milliseconds) == times[2])
        }
    }

    @Test("a target that does not answer is down and says why")
    func down() async throws {
        try await run { scraping in
            await scraping.apply([configuration(["a:1"])])
            await settle(sleepers: 1)
            #expect(await scraping.targets().map(\.health) == [.unknown])
            clock.advance(by: .seconds(10))
            #expect(await appender.next(1).first?.lines.first?.hasPrefix(#"up{instance="a:1", job="j"} 0.0"#) == true)
            await settle(sleepers: 1)
            let statuses = await scraping.targets()
            #expect(statuses.map(\.health) == [.down])
            #expect(statuses.map(\.lastError) == ["no such page"])
        }
    }

    @Test(
        "a new configuration ends what is gone, leaves the rest alone, and hands series on where only settings changed"
    )
    func reload() async throws {
        pages.texts.withLock { $0 = ["http://a:1/metrics": "m 1\n", "http://b:1/metrics": "m 2\n"] }
        try await run { scraping in
            await scraping.apply([configuration(["a:1", "b:1"])])
            await settle(sleepers: 2)
            clock.advance(by: .seconds(10))
            _ = await appender.next(2)
            await settle(sleepers: 2)

            // b's loop is still asleep.
            await scraping.apply([configuration(["a:1"])])
            let ended = await appender.next(1)
            #expect(ended.first?.lines.count == 6)
            #expect(ended.first?.lines.allSatisfy { $0.contains(#"instance="b:1""#) && $0.contains("stale") } == true)
            #expect(await scraping.targets().map(\.url) == ["http://a:1/metrics"])
            clock.advance(by: .seconds(10))
            #expect(await appender.next(1).first?.lines.contains { $0.contains("stale") } == false)
            await settle(sleepers: 1)

            await scraping.apply([configuration(["a:1"], timeout: .seconds(3))])
            #expect(await scraping.targets().map(\.health) == [.up])
            await settle(sleepers: 2)
            clock.advance(by: .seconds(20))
            let next = await appender.next(1)
            #expect(next.first?.lines.contains { $0.contains("stale") } == false)
            #expect(next.first?.lines.last?.contains("scrape_series_added") == true)
            #expect(next.first?.lines.last?.contains(" 0.0 @") == true)
        }
    }

    @Test("what discovery changes starts and ends targets, and leaves the others alone")
    func discovered() async throws {
        pages.texts.withLock { $0 = ["http://a:1/metrics": "m 1\n", "http://b:1/metrics": "m 2\n"] }
        let found = ScriptedDiscovery()
        try await run(found) { scraping in
            await scraping.apply([configuration([])])
            found.send(.all([TargetGroup(source: "x", addresses: ["a:1"])]))
            // The target and the pause between two handovers.
            await settle(sleepers: 2)
            clock.advance(by: .seconds(10))
            _ = await appender.next(1)
            await settle(sleepers: 1)

            found.send(.changed([TargetGroup(source: "y", addresses: ["b:1"])]))
            await settle(sleepers: 3)
            clock.advance(by: .seconds(10))
            let both = await appender.next(2)
            #expect(both[0].lines.last?.hasPrefix("scrape_series_added{instance=\"a:1\"") == true)
            #expect(both[0].lines.last?.contains(" 0.0 @") == true)
            #expect(both[1].lines.last?.contains(" 1.0 @") == true)
            await settle(sleepers: 2)

            found.send(.changed([TargetGroup(source: "x", addresses: [])]))
            let ended = await appender.next(1)
            #expect(ended.first?.lines.count == 6)
            #expect(ended.first?.lines.allSatisfy { $0.contains("a:1") && $0.contains("stale") } == true)
            #expect(await scraping.targets().map(\.url) == ["http://b:1/metrics"])
        }
    }

    @Test("a target found with other labels, of which relabelling makes nothing, is scraped on as the same")
    func rediscovered() async throws {
        pages.texts.withLock { $0 = ["http://a:1/metrics": "m 1\n"] }
        let found = ScriptedDiscovery()
        func update(_ note: String) {
            let target = Labels([("__address__", "a:1"), ("__meta_note", note)])
            found.send(.all([TargetGroup(source: "x", targets: [target])]))
        }
        try await run(found) { scraping in
            await scraping.apply([configuration([])])
            update("old")
            await settle(sleepers: 2)
            clock.advance(by: .seconds(10))
            _ = await appender.next(1)
            await settle(sleepers: 1)
            update("new")
            // The pause after the handover; the target's own sleep is the one from before.
            await settle(sleepers: 2)
            #expect(await scraping.targets().map { $0.discovered["__meta_note"] } == ["new"])
            #expect(await scraping.targets().map(\.health) == [.up])
            clock.advance(by: .seconds(10))
            #expect(await appender.next(1).first?.lines.contains { $0.contains("stale") } == false)
        }
    }

    @Test("a job of too many targets asks none of them, until they are fewer")
    func targetLimit() async throws {
        pages.texts.withLock { $0 = ["http://a:1/metrics": "m 1\n", "http://b:1/metrics": "m 2\n"] }
        try await run { scraping in
            var limited = configuration(["a:1", "b:1"])
            limited.limits.targetLimit = 1
            await scraping.apply([limited])
            await settle(sleepers: 2)
            clock.advance(by: .seconds(10))
            _ = await appender.next(2)
            await settle(sleepers: 2)
            let text = "target_limit exceeded (number of targets: 2, limit: 1)"
            #expect(await scraping.targets().map(\.lastError) == [text, text])
            limited.discoveries = configuration(["a:1"]).discoveries
            await scraping.apply([limited])
            _ = await appender.next(1)
            clock.advance(by: .seconds(10))
            _ = await appender.next(1)
            #expect(await scraping.targets().map(\.health) == [.up])
        }
    }

    @Test("what targets say about their metrics is remembered")
    func metadata() async throws {
        pages.texts.withLock { $0 = ["http://a:1/metrics": "# TYPE m counter\n# HELP m Help.\nm 1\n"] }
        try await run { scraping in
            await scraping.apply([configuration(["a:1"])])
            await settle(sleepers: 1)
            clock.advance(by: .seconds(10))
            _ = await appender.next(1)
            let all = scraping.metadata.all()
            #expect(all.flatMap(\.entries) == [MetadataCatalog.Entry(type: "counter", help: "Help.", unit: "")])
        }
    }
}
