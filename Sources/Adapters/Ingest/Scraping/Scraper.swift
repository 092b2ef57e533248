import Basics
import NIOPosix
import SignalModel
import Synchronization
import WireFormats

/// One target: asks it, and keeps what the next scrape must know. One scrape at a time.
final class Scraper: Sendable {
    private struct State {
        var series: ScrapeState
        var status: TargetStatus
        /// What the target said last about its metrics.
        var metadata: [MetricMetadata] = []
        /// Set while the job as a whole is beyond a limit: then the target is not asked.
        var refusal: ScrapeFailure?
        var isEnded = false
    }

    let target: ScrapeTarget
    let schedule: ScrapeSchedule
    private let shared: SharedMetadata
    private let fetcher: any TargetFetching
    private let clock: any WallClock
    private let state: Mutex<State>

    init(_ target: ScrapeTarget, shared: SharedMetadata, fetcher: any TargetFetching, clock: any WallClock) {
        self.target = target
        self.shared = shared
        self.fetcher = fetcher
        self.clock = clock
        schedule = ScrapeSchedule(interval: target.interval, spread: target.labels.hash)
        state = Mutex(State(series: ScrapeState(target), status: TargetStatus(target)))
    }

    var status: TargetStatus { state.withLock { $0.status } }
    var metadata: TargetMetadata {
        TargetMetadata(labels: target.labels, records: state.withLock { $0.metadata })
    }
    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// Asks the target and says what to store as of `time`; nil when it was ended meanwhile.
    func scrape(at time: Timestamp) async -> ScrapeOutcome? {
        let began = clock.uptime()
        let refusal = state.withLock { $0.refusal }
        let answer = if let refusal { Result<ScrapeAnswer, _>.failure(refusal) } else { await fetcher.fetch(target) }
        let took = clock.uptime() - began
        if Task.isCancelled { return nil }
        // A large page takes a tenth of a second to parse: not on the threads that everything waits on.
        let outcome = try? await NIOThreadPool.singleton.runIfActive { [self] in apply(answer, at: time, took: took) }
        return outcome ?? nil
    }

    private func apply(
        _ answer: Result<ScrapeAnswer, ScrapeFailure>, at time: Timestamp, took: Duration
    ) -> ScrapeOutcome? {
        state.withLock { state in
            if state.isEnded { return nil }
            let outcome = state.series.apply(answer, at: time, took: took)
            if outcome.failure == nil { state.metadata = shared.share(outcome.metadata) }
            state.status.health = outcome.failure == nil ? .up : .down
            state.status.lastError = outcome.failure?.description ?? ""
            state.status.lastScrape = time
            state.status.lastDuration = took
            return outcome
        }
    }

    /// The same target was found again, perhaps with other labels before relabelling; `refusal` is that of its job.
    func update(discovered: Labels, refusal: ScrapeFailure?) {
        state.withLock { state in
            state.status.discovered = discovered
            state.refusal = refusal
        }
    }

    /// From here on no scrape counts. What is to be stored, unless a successor goes on with the series.
    func end(at time: Timestamp) -> SampleBatch {
        state.withLock { state in
            state.isEnded = true
            return state.series.end(at: time)
        }
    }

    /// Takes the series and the status over from the same target under another configuration.
    func succeed(_ other: Scraper) {
        let old = other.state.withLock { state in
            state.isEnded = true
            return (series: state.series, status: state.status, metadata: state.metadata)
        }
        state.withLock { state in
            state.series.adopt(old.series)
            state.metadata = old.metadata
            state.status.health = old.status.health
            state.status.lastError = old.status.lastError
            state.status.lastScrape = old.status.lastScrape
            state.status.lastDuration = old.status.lastDuration
        }
    }
}
