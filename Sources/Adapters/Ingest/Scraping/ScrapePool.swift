/// One job while it runs: what was found for it and who scrapes it.
struct ScrapePool: Sendable {
    let configuration: ScrapeConfiguration
    let found: TargetSet
    var scrapers: [ScrapeTarget: Scraper] = [:]

    init(_ configuration: ScrapeConfiguration, _ groups: [TargetGroup]) {
        self.configuration = configuration
        found = TargetSet(configuration, groups)
    }

    /// Tells each scraper what its target was found with now, and whether the job is beyond its limit.
    func updateScrapers() {
        let refusal = configuration.limits.problem(ofTargets: found.targets.count)
        for target in found.targets {
            scrapers[target]?.update(discovered: target.discovered, refusal: refusal)
        }
    }

    var status: PoolStatus {
        PoolStatus(
            name: configuration.jobName, dropped: found.dropped, droppedCount: found.droppedCount,
            problems: found.problems, relabelling: configuration.relabelling)
    }
}
