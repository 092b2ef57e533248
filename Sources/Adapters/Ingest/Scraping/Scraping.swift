package import Basics
package import Logging
package import SignalModel

/// Scrapes every configured target on its schedule; a new configuration disturbs only what changed.
package actor Scraping: TargetReporting {
    private enum Change: Sendable {
        case start(Scraper)
        case finish(SampleBatch, of: String)
    }

    package nonisolated let metadata: MetadataCatalog
    private let appender: any SampleAppender
    private let fetcher: any TargetFetching
    private let clock: any WallClock
    private let logger: Logger
    private var scrapers: [ScrapeTarget: Scraper] = [:]
    private let changes: AsyncStream<Change>
    private let changesIn: AsyncStream<Change>.Continuation

    package init(
        appender: any SampleAppender, metadata: MetadataCatalog, fetcher: any TargetFetching, clock: any WallClock,
        logger: Logger
    ) {
        self.appender = appender
        self.metadata = metadata
        self.fetcher = fetcher
        self.clock = clock
        self.logger = logger
        (changes, changesIn) = AsyncStream.makeStream()
    }

    package func targets() -> [TargetStatus] {
        scrapers.values.map(\.status).sorted { ($0.pool, $0.url) < ($1.pool, $1.url) }
    }

    /// Targets that are in both the old and the new configuration go on as if nothing had happened. A target whose
    /// job changed but whose labels did not goes on with its series. What is gone gets stale markers.
    package func apply(_ configurations: [ScrapeConfiguration]) {
        let wanted = ScrapeTarget.all(of: configurations)
        let kept = Set(wanted)
        var leaving = scrapers.values.filter { !kept.contains($0.target) }
            .sorted { $0.target.labels < $1.target.labels }
        for target in wanted where scrapers[target] == nil {
            let scraper = Scraper(target, fetcher: fetcher, clock: clock)
            if let index = leaving.firstIndex(where: { $0.target.labels == target.labels }) {
                let predecessor = leaving.remove(at: index)
                scraper.succeed(predecessor)
                scrapers[predecessor.target] = nil
            }
            scrapers[target] = scraper
            changesIn.yield(.start(scraper))
        }
        for scraper in leaving {
            scrapers[scraper.target] = nil
            changesIn.yield(.finish(scraper.end(at: clock.now()), of: scraper.target.url))
        }
    }

    /// Returns when its task is cancelled. To be called once.
    package func run() async throws {
        await withDiscardingTaskGroup { tasks in
            for await change in changes {
                switch change {
                case .start(let scraper): tasks.addTask { await self.loop(scraper) }
                case .finish(let batch, let url): tasks.addTask { _ = await self.store(batch, of: url) }
                }
            }
            tasks.cancelAll()
        }
    }

    private nonisolated func loop(_ scraper: Scraper) async {
        var previous = scraper.status.lastScrape
        var hadProblem = false
        while !scraper.isEnded {
            let time = scraper.schedule.next(now: clock.now(), after: previous)
            guard (try? await clock.sleep(until: time)) != nil, !scraper.isEnded else { return }
            previous = time
            guard let outcome = await scraper.scrape(at: time) else { continue }
            metadata.note(outcome.metadata)
            let refusal = await store(outcome.batch, of: scraper.target.url)
            let problem = outcome.failure.map { "\($0)" } ?? refusal
            // Once when it begins, not at every scrape: the target's page shows how it stands.
            if let problem, !hadProblem {
                logger.warning("scrape", metadata: ["target": "\(scraper.target.url)", "reason": "\(problem)"])
            }
            hadProblem = problem != nil
        }
    }

    /// What the store refused, in words; nil when it took all.
    private nonisolated func store(_ batch: SampleBatch, of url: String) async -> String? {
        if batch.isEmpty { return nil }
        do {
            let outcome = try await appender.append(batch, policy: .keepValid)
            guard let first = outcome.refusals.first else { return nil }
            return
                "\(outcome.refusedSamples) samples refused, the first of \(batch.labels(of: batch.entries[first.entry])): "
                + first.reason.rawValue
        } catch {
            return "samples not stored: \(error)"
        }
    }
}
