package import Basics
package import Logging
import SignalModel
import Synchronization

/// Runs the discoveries of all scrape jobs, keeps what each has found last, and says which jobs' targets changed.
package final class Discovery: Sendable {
    /// The discovery that a configuration asks for; nil for one whose targets stand in it.
    package typealias Make = @Sendable (DiscoveryConfiguration) -> (any TargetDiscovery)?

    private struct Source {
        var id: Int
        var status: DiscoveryStatus
        var groups: [String: TargetGroup] = [:]
        /// `groups` are those of a predecessor: the first good look replaces them.
        var isInherited = false
        let stop: AsyncStream<Void>.Continuation

        mutating func inherit(from former: [Source]) {
            for source in former { groups.merge(source.groups) { $1 } }
            status.targetCount = targetCount
            isInherited = true
        }

        var targetCount: Int { groups.values.reduce(0) { $0 + $1.targets.count } }
    }

    private struct Start: Sendable {
        var id: Int
        var configuration: DiscoveryConfiguration
        var discovery: any TargetDiscovery
        var stopped: AsyncStream<Void>
    }

    private struct State {
        var sources: [DiscoveryConfiguration: Source] = [:]
        var wanted: [String: [DiscoveryConfiguration]] = [:]
        var changedJobs: Set<String> = []
        var nextID = 0
    }

    /// Between two handovers of changed targets, as in Prometheus: a deployment that replaces a thousand pods
    /// makes a few changes of the scraper, not a thousand.
    package static let handoverInterval = Duration.seconds(5)

    private let make: Make
    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(State())
    private let starts: AsyncStream<Start>
    private let startsIn: AsyncStream<Start>.Continuation
    private let changes: AsyncStream<Void>
    private let changesIn: AsyncStream<Void>.Continuation

    package init(make: @escaping Make, clock: any WallClock, logger: Logger) {
        self.make = make
        self.clock = clock
        self.logger = logger
        (starts, startsIn) = AsyncStream.makeStream()
        (changes, changesIn) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What was found last for `job`, in the order of its configuration and then of sources.
    package func groups(of job: String) -> [TargetGroup] {
        state.withLock { state in
            (state.wanted[job] ?? []).flatMap { configuration -> [TargetGroup] in
                if let source = state.sources[configuration] {
                    return source.groups.values.sorted { $0.source < $1.source }
                }
                guard case .fixed(let groups) = configuration else { return [] }
                return groups
            }
        }
    }

    /// Sorted by mechanism and jobs.
    package var statuses: [DiscoveryStatus] {
        state.withLock { $0.sources.values.map(\.status) }
            .sorted {
                ($0.mechanism, $0.jobs.joined(separator: ",")) < ($1.mechanism, $1.jobs.joined(separator: ","))
            }
    }

    /// From here on the discoveries that `jobs` name are run, and no others. Those that ran before go on. One that
    /// is new to a job begins with what the job's former ones of the same mechanism found, so that a changed setting
    /// does not end every scrape until the first look.
    package func apply(_ jobs: [String: [DiscoveryConfiguration]]) {
        var users: [DiscoveryConfiguration: Set<String>] = [:]
        for (job, configurations) in jobs {
            for configuration in configurations { users[configuration, default: []].insert(job) }
        }
        state.withLock { state in
            state.wanted = jobs
            let ended = state.sources.filter { users[$0.key] == nil }
            for (configuration, source) in ended {
                source.stop.finish()
                state.sources[configuration] = nil
            }
            for (configuration, jobs) in users {
                if state.sources[configuration] == nil {
                    start(configuration, in: &state)
                    let former = ended.values.filter {
                        $0.status.mechanism == configuration.mechanism && !jobs.isDisjoint(with: $0.status.jobs)
                    }
                    state.sources[configuration]?.inherit(from: former)
                }
                state.sources[configuration]?.status.jobs = jobs.sorted()
            }
        }
    }

    private func start(_ configuration: DiscoveryConfiguration, in state: inout State) {
        guard let discovery = make(configuration) else { return }
        state.nextID += 1
        let (stopped, stop) = AsyncStream<Void>.makeStream()
        state.sources[configuration] = Source(
            id: state.nextID, status: DiscoveryStatus(mechanism: configuration.mechanism, jobs: []), stop: stop)
        startsIn.yield(
            Start(id: state.nextID, configuration: configuration, discovery: discovery, stopped: stopped))
    }

    /// Calls `onChange` with the jobs whose groups changed, one call at a time. Returns when its task is cancelled.
    /// To be called once.
    package func run(_ onChange: @escaping @Sendable (Set<String>) async -> Void) async {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { await self.handOver(onChange) }
            for await start in starts { tasks.addTask { await self.run(start) } }
            tasks.cancelAll()
        }
    }

    private func handOver(_ onChange: @Sendable (Set<String>) async -> Void) async {
        for await _ in changes {
            let jobs = state.withLock { state in
                defer { state.changedJobs = [] }
                return state.changedJobs
            }
            if jobs.isEmpty { continue }
            await onChange(jobs)
            guard (try? await clock.sleep(until: clock.now() + Self.handoverInterval)) != nil else { return }
        }
    }

    /// Until it is stopped or everything is.
    private func run(_ start: Start) async {
        await withTaskGroup { group in
            group.addTask {
                await start.discovery.run { self.receive($0, of: start.configuration, id: start.id) }
            }
            group.addTask { for await _ in start.stopped {} }
            await group.next()
            group.cancelAll()
        }
    }

    /// A discovery that was stopped may still send: the number tells it from its successor.
    private func receive(_ update: DiscoveryUpdate, of configuration: DiscoveryConfiguration, id: Int) {
        let failing = state.withLock { state -> (jobs: [String], reason: String)? in
            guard var source = state.sources[configuration], source.id == id else { return nil }
            defer { state.sources[configuration] = source }
            if case .failed(let reason, let place) = update {
                let isNew = source.status.failure != reason
                source.status.failure = reason
                source.status.failingPlace = place
                source.status.failureCount += 1
                return isNew ? (source.status.jobs, reason) : nil
            }
            source.status.failure = nil
            source.status.failingPlace = nil
            source.status.updateCount += 1
            let groups = Self.groups(source.isInherited ? [:] : source.groups, after: update)
            source.isInherited = false
            if groups != source.groups {
                source.groups = groups
                source.status.targetCount = source.targetCount
                state.changedJobs.formUnion(source.status.jobs)
            }
            return nil
        }
        changesIn.yield()
        // Once for each reason, not at every look: metrics show how it stands.
        if let failing {
            logger.warning(
                "discovery",
                metadata: [
                    "mechanism": "\(configuration.mechanism)", "jobs": "\(failing.jobs.joined(separator: ", "))",
                    "reason": "\(failing.reason)",
                ])
        }
    }

    private static func groups(
        _ known: [String: TargetGroup], after update: DiscoveryUpdate
    ) -> [String: TargetGroup] {
        var result: [String: TargetGroup] = [:]
        var sent: [TargetGroup] = []
        switch update {
        case .all(let groups): sent = groups
        case .changed(let groups): (result, sent) = (known, groups)
        case .failed: return known
        }
        for group in sent { result[group.source] = group.targets.isEmpty ? nil : group }
        return result
    }
}
