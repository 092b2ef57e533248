/// One job while it runs: what was found for it and who scrapes it.
struct ScrapePool: Sendable {
    /// Told apart by number from the same job before and after a change.
    let id: Int
    let configuration: ScrapeConfiguration
    let found: TargetSet
    let metadata: SharedMetadata
    var scrapers: [ScrapeTarget: Scraper] = [:]

    /// Relabels what is new in `groups`, which takes long for thousands of targets.
    init(_ id: Int, _ configuration: ScrapeConfiguration, _ groups: [TargetGroup], after previous: ScrapePool?) {
        self.id = id
        self.configuration = configuration
        metadata = previous?.metadata ?? SharedMetadata()
        found = TargetSet(configuration, groups, after: previous?.found)
    }

    /// Tells each scraper what its target was found with now, and whether the job is beyond its limit.
    func updateScrapers() {
        let refusal = configuration.limits.problem(ofTargets: found.targets.count)
        for target in found.targets {
            scrapers[target]?.update(discovered: target.discovered, refusal: refusal)
        }
    }

    func status(_ discoveries: [DiscoveryStatus]) -> PoolStatus {
        let failures = discoveries.filter { $0.jobs.contains(configuration.jobName) }
            .compactMap { discovery in discovery.failure.map { "\(discovery.mechanism): \($0)" } }
        return PoolStatus(
            name: configuration.jobName, dropped: found.dropped, droppedCount: found.droppedCount,
            problems: failures + found.problems, refusedCount: found.problems.count,
            relabelling: configuration.relabelling)
    }
}
