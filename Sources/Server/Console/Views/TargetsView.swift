import Basics
import Ingest
import SignalModel

/// What is scraped, and how that goes.
struct TargetsView: Sendable {
    struct Row: Sendable {
        let url: String
        let targetLink: String
        let targetLabels: [LabelView]
        let state: TargetState
        let lastScrape: TimeText?
        let took: String?
        let problem: String?
        let every: String
    }

    struct Dropped: Sendable {
        let droppedAddress: String
        let droppedLink: String
    }

    struct Pool: Sendable {
        let poolName: String
        let poolText: String
        let poolTone: String
        let targets: [Row]
        let hasRows: Bool
        let poolProblems: [String]
        let droppedText: String?
        let dropped: [Dropped]
    }

    /// Rows written out at most, unhealthy ones first.
    private static let rowsMax = 1000
    /// Dropped targets, and problems, of one job that are written out; others are counted.
    private static let droppedMax = 100
    private static let problemsMax = 5

    let now: Int64
    let tabTitle = "Targets"
    let pools: [Pool]
    let hasTargets: Bool
    let unlistedText: String?

    init(_ all: [TargetStatus], _ jobs: [PoolStatus], now: Timestamp) {
        self.now = now.milliseconds
        let worstFirst = all.enumerated().sorted {
            (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset)
        }
        let shown = Dictionary(grouping: worstFirst.prefix(Self.rowsMax).map(\.element), by: \.pool)
        let counts = Dictionary(grouping: all, by: \.pool)
            .mapValues { targets in (up: targets.count { $0.health == .up }, all: targets.count) }
        // Jobs where something is wrong come first, in the order of their worst target.
        var order: [String: Int] = [:]
        for (place, target) in worstFirst.enumerated() where order[target.element.pool] == nil {
            order[target.element.pool] = place
        }
        pools = jobs.sorted { (order[$0.name] ?? .max, $0.name) < (order[$1.name] ?? .max, $1.name) }
            .map { Self.pool($0, shown[$0.name] ?? [], counts[$0.name] ?? (0, 0), now) }
        hasTargets = !jobs.isEmpty
        unlistedText = all.count > Self.rowsMax ? FigureText.count(all.count - Self.rowsMax, "more target") : nil
    }

    private static func pool(
        _ job: PoolStatus, _ targets: [TargetStatus], _ count: (up: Int, all: Int), _ now: Timestamp
    ) -> Pool {
        var problems = Array(job.problems.prefix(problemsMax))
        if job.problems.count > problemsMax { problems.append("and \(job.problems.count - problemsMax) more") }
        return Pool(
            poolName: job.name, poolText: count.all == 0 ? "no targets" : "\(count.up) of \(count.all) up",
            poolTone: !job.problems.isEmpty || count.up < count.all ? "bad" : count.all == 0 ? "quiet" : "ok",
            targets: targets.map { row($0, now) }, hasRows: !targets.isEmpty, poolProblems: problems,
            droppedText: job.droppedCount == 0 ? nil : "\(job.droppedCount) dropped by relabelling",
            dropped: job.dropped.prefix(droppedMax).map { labels in
                Dropped(
                    droppedAddress: labels[TargetLabelName.address],
                    droppedLink: TargetView.link(job: job.name, key: TargetView.key(labels)))
            })
    }

    private static func rank(_ target: TargetStatus) -> Int {
        switch target.health {
        case .down: 0
        case .unknown: 1
        case .up: 2
        }
    }

    private static func row(_ target: TargetStatus, _ now: Timestamp) -> Row {
        Row(
            url: target.url, targetLink: TargetView.link(job: target.pool, url: target.url),
            targetLabels: LabelView.list(target.labels), state: TargetState(target.health),
            lastScrape: target.lastScrape.map { TimeText(milliseconds: $0.milliseconds, now: now) },
            took: target.lastScrape == nil ? nil : DurationWords.precise(target.lastDuration),
            problem: target.lastError.isEmpty ? nil : target.lastError, every: DurationWords.short(target.interval))
    }
}
