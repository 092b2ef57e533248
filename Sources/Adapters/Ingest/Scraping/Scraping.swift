package import Basics
package import Logging
import NIOPosix
package import SignalModel

/// Scrapes every target of every job on its schedule; a new configuration disturbs only what changed.
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
    private let discovery: Discovery
    private var poolsByJob: [String: ScrapePool] = [:]
    private var poolCount = 0
    private let changes: AsyncStream<Change>
    private let changesIn: AsyncStream<Change>.Continuation

    package init(
        appender: any SampleAppender, metadata: MetadataCatalog, fetcher: any TargetFetching,
        discovery: Discovery, clock: any WallClock, logger: Logger
    ) {
        self.appender = appender
        self.metadata = metadata
        self.fetcher = fetcher
        self.discovery = discovery
        self.clock = clock
        self.logger = logger
        (changes, changesIn) = AsyncStream.makeStream()
    }

    package func targets() -> [TargetStatus] {
        poolsByJob.values.flatMap { $0.scrapers.values.map(\.status) }.sorted {
            ($0.pool, $0.url) < ($1.pool, $1.url)
        }
    }

    package func targetMetadata() -> [TargetMetadata] {
        poolsByJob.values.flatMap(\.scrapers.values)
            .sorted { ($0.status.pool, $0.target.url) < ($1.status.pool, $1.target.url) }.map(\.metadata)
    }

    package func pools() -> [PoolStatus] {
        let discoveries = discovery.statuses
        return poolsByJob.values.map { $0.status(discoveries) }.sorted { $0.name < $1.name }
    }

    /// Targets that are in both the old and the new configuration go on as if nothing had happened. A target whose
    /// job changed but whose labels did not goes on with its series. What is gone gets stale markers.
    package func apply(_ configurations: [ScrapeConfiguration]) async {
        discovery.apply(
            Dictionary(configurations.map { ($0.jobName, $0.discoveries) }) { first, _ in first })
        let previous = poolsByJob
        var pools: [ScrapePool] = []
        for configuration in configurations {
            guard let pool = await pool(configuration, after: previous[configuration.jobName]) else { return }
            pools.append(pool)
        }
        // What runs now, after the wait.
        let old = poolsByJob.values.flatMap(\.scrapers.values)
        for pool in pools { report(pool, after: poolsByJob[pool.configuration.jobName]) }
        poolsByJob = Dictionary(pools.map { ($0.configuration.jobName, $0) }) { first, _ in first }
        for (target, scraper) in replace(old, with: pools.flatMap(\.found.targets)) {
            poolsByJob[target.configuration.jobName]?.scrapers[target] = scraper
        }
        for pool in poolsByJob.values { pool.updateScrapers() }
        // What was found meanwhile; what was relabelled is not relabelled again.
        await refresh(Set(poolsByJob.keys))
    }

    /// The same for jobs of which discovery says that their targets changed.
    private func refresh(_ jobs: Set<String>) async {
        for job in jobs {
            // Another change may come between: then what it left is what is to be changed.
            while let old = poolsByJob[job] {
                guard var pool = await pool(old.configuration, after: old) else { return }
                guard let now = poolsByJob[job], now.id == old.id else { continue }
                report(pool, after: now)
                poolsByJob[job] = pool
                pool.scrapers = replace(Array(now.scrapers.values), with: pool.found.targets)
                pool.updateScrapers()
                poolsByJob[job] = pool
                break
            }
        }
    }

    /// The job with what was found for it last. Relabelling thousands of targets takes seconds: not on the threads
    /// that everything waits on. Nil when the process ends.
    private func pool(_ configuration: ScrapeConfiguration, after previous: ScrapePool?) async -> ScrapePool? {
        poolCount += 1
        let (id, discovery) = (poolCount, discovery)
        return try? await NIOThreadPool.singleton.runIfActive {
            ScrapePool(id, configuration, discovery.groups(of: configuration.jobName), after: previous)
        }
    }

    private func report(_ pool: ScrapePool, after previous: ScrapePool?) {
        let known = previous?.found.problems ?? []
        guard let first = pool.found.problems.first, pool.found.problems != known else { return }
        logger.warning(
            "targets that cannot be scraped",
            metadata: [
                "job": "\(pool.configuration.jobName)", "count": "\(pool.found.problems.count)", "first": "\(first)",
            ])
    }

    /// Starts and ends scrapers so that each of `wanted` has one.
    private func replace(_ old: [Scraper], with wanted: [ScrapeTarget]) -> [ScrapeTarget: Scraper] {
        let running = Dictionary(old.map { ($0.target, $0) }) { first, _ in first }
        let kept = Set(wanted)
        var leaving = Dictionary(
            grouping: old.filter { !kept.contains($0.target) }.sorted { $0.target.url > $1.target.url },
            by: \.target.labels)
        var result: [ScrapeTarget: Scraper] = [:]
        for target in wanted {
            if let scraper = running[target] {
                result[target] = scraper
                continue
            }
            let shared = poolsByJob[target.configuration.jobName]?.metadata ?? SharedMetadata()
            let scraper = Scraper(target, shared: shared, fetcher: fetcher, clock: clock)
            if let predecessor = leaving[target.labels]?.popLast() { scraper.succeed(predecessor) }
            result[target] = scraper
            changesIn.yield(.start(scraper))
        }
        for scraper in leaving.values.joined() {
            changesIn.yield(.finish(scraper.end(at: clock.now()), of: scraper.target.url))
        }
        return result
    }

    /// Returns when its task is cancelled. To be called once.
    package func run() async throws {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { await self.discovery.run { await self.refresh($0) } }
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
