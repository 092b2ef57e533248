package import Basics
package import Logging
package import SignalModel
import WireFormats

/// Scrapes every configured target on its schedule; a new configuration disturbs only what changed.
package actor Scraping: TargetReporting {
    private struct Entry {
        var series: ScrapeSeries
        var status: TargetStatus
    }

    package nonisolated let metadata: MetadataCatalog
    private let appender: any SampleAppender
    private let fetcher: TargetFetcher
    private let clock: any WallClock
    private let logger: Logger
    private var entries: [ScrapeTarget: Entry] = [:]
    private let changes: AsyncStream<Change>
    private let changesIn: AsyncStream<Change>.Continuation

    private enum Change: Sendable {
        case start(ScrapeTarget)
        case finish(SampleBatch)
    }

    package init(
        appender: any SampleAppender, metadata: MetadataCatalog, fetcher: TargetFetcher, clock: any WallClock,
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
        entries.values.map(\.status).sorted { ($0.pool, $0.url) < ($1.pool, $1.url) }
    }

    package func apply(_ configurations: [ScrapeConfiguration]) {
        let wanted = Set(ScrapeTarget.all(of: configurations))
        for (target, entry) in entries where !wanted.contains(target) {
            entries[target] = nil
            var series = entry.series
            // The same address with the same labels goes on under another configuration: its series live on.
            if let successor = wanted.first(where: { $0.labels == target.labels }), entries[successor] == nil {
                add(successor, adopting: series)
            } else {
                changesIn.yield(.finish(series.end(at: clock.now())))
            }
        }
        for target in wanted where entries[target] == nil { add(target, adopting: nil) }
    }

    private func add(_ target: ScrapeTarget, adopting old: ScrapeSeries?) {
        var series = ScrapeSeries(target)
        if let old { series.adopt(old) }
        let configuration = target.configuration
        var discovered = LabelsBuilder(target.labels)
        discovered.remove("instance")
        for (name, value) in [
            ("__address__", target.address), ("__metrics_path__", configuration.metricsPath),
            ("__scheme__", configuration.scheme), ("__scrape_interval__", "\(configuration.interval.seconds)s"),
            ("__scrape_timeout__", "\(configuration.timeout.seconds)s"),
        ] { discovered.set(name, value) }
        entries[target] = Entry(
            series: series,
            status: TargetStatus(
                pool: configuration.jobName, url: target.url, labels: target.labels, discovered: discovered.labels(),
                interval: configuration.interval, timeout: configuration.timeout))
        changesIn.yield(.start(target))
    }

    /// Returns when its task is cancelled. To be called once.
    package func run() async throws {
        await withDiscardingTaskGroup { tasks in
            for await change in changes {
                switch change {
                case .start(let target): tasks.addTask { await self.loop(target) }
                case .finish(let batch): tasks.addTask { await self.append(batch, of: "a removed target") }
                }
            }
        }
    }

    private func loop(_ target: ScrapeTarget) async {
        let interval = target.configuration.interval.milliseconds
        // Targets are spread over the interval, each always at its own offset.
        let offset = Int64(target.labels.hash % UInt64(interval))
        while entries[target] != nil {
            let now = clock.now().milliseconds
            let slot = (now - offset) / interval * interval + offset
            let next = Timestamp(milliseconds: slot < now ? slot + interval : slot)
            guard (try? await clock.sleep(until: next)) != nil else { return }
            guard entries[target] != nil else { return }
            await scrape(target, at: next)
        }
    }

    private func scrape(_ target: ScrapeTarget, at time: Timestamp) async {
        let began = clock.uptime()
        let answer = await fetcher.fetch(target)
        let took = clock.uptime() - began
        guard var entry = entries[target], !Task.isCancelled else { return }
        let outcome = entry.series.apply(answer, at: time, took: took)
        if entry.status.lastError.isEmpty, let error = outcome.error {
            logger.warning("scrape failed", metadata: ["target": "\(target.url)", "reason": "\(error)"])
        }
        entry.status.health = outcome.error == nil ? .up : .down
        entry.status.lastError = outcome.error ?? ""
        entry.status.lastScrape = time
        entry.status.lastDuration = took
        entries[target] = entry
        for (metric, found) in outcome.metadata {
            metadata.note(metric, MetadataCatalog.Entry(type: found.type, help: found.help, unit: found.unit))
        }
        await append(outcome.batch, of: target.url)
    }

    private func append(_ batch: SampleBatch, of origin: String) async {
        do {
            let outcome = try await appender.append(batch, policy: .keepValid)
            if let first = outcome.refusals.first {
                logger.warning(
                    "scraped samples refused",
                    metadata: [
                        "target": "\(origin)", "count": "\(outcome.refusedSamples)", "reason": "\(first.reason.rawValue)",
                        "series": "\(batch.labels(of: batch.entries[first.entry]))",
                    ])
            }
        } catch {
            logger.error("scraped samples not stored", metadata: ["target": "\(origin)", "reason": "\(error)"])
        }
    }
}
