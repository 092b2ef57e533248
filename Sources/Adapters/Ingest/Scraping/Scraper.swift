import Basics
import NIOPosix
import SignalModel
import Synchronization

/// One target: asks it, and keeps what the next scrape must know. One scrape at a time.
final class Scraper: Sendable {
    private struct State {
        var series: ScrapeState
        var status: TargetStatus
        var isEnded = false
    }

    let target: ScrapeTarget
    let schedule: ScrapeSchedule
    private let fetcher: any TargetFetching
    private let clock: any WallClock
    private let state: Mutex<State>

    init(_ target: ScrapeTarget, fetcher: any TargetFetching, clock: any WallClock) {
        self.target = target
        self.fetcher = fetcher
        self.clock = clock
        schedule = ScrapeSchedule(interval: target.configuration.interval, spread: target.labels.hash)
        state = Mutex(State(series: ScrapeState(target), status: TargetStatus(target)))
    }

    var status: TargetStatus { state.withLock { $0.status } }
    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// Asks the target and says what to store as of `time`; nil when it was ended meanwhile.
    func scrape(at time: Timestamp) async -> ScrapeOutcome? {
        let began = clock.uptime()
        let answer = await fetcher.fetch(target)
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
            state.status.health = outcome.failure == nil ? .up : .down
            state.status.lastError = outcome.failure?.description ?? ""
            state.status.lastScrape = time
            state.status.lastDuration = took
            return outcome
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
            return (series: state.series, status: state.status)
        }
        state.withLock { state in
            state.series.adopt(old.series)
            state.status.health = old.status.health
            state.status.lastError = old.status.lastError
            state.status.lastScrape = old.status.lastScrape
            state.status.lastDuration = old.status.lastDuration
        }
    }
}
