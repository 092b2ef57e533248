import Basics
import Ingest
import SignalModel

/// What is scraped, and how that goes.
struct TargetsView: Sendable {
    struct Row: Sendable {
        let url: String
        let targetLabels: [LabelView]
        let health: String
        let healthTone: String
        let lastScrape: TimeText?
        let took: String?
        let problem: String?
        let every: String
    }

    struct Pool: Sendable {
        let poolName: String
        let poolText: String
        let targets: [Row]
    }

    /// Rows written out at most, unhealthy ones first.
    private static let rowsMax = 1000

    let now: Int64
    let tabTitle = "Targets"
    let pools: [Pool]
    let hasTargets: Bool
    let unlistedText: String?

    init(_ all: [TargetStatus], now: Timestamp) {
        self.now = now.milliseconds
        let worstFirst = all.enumerated().sorted {
            (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset)
        }
        let shown = worstFirst.prefix(Self.rowsMax).map(\.element)
        var order: [String] = []
        var byPool: [String: [TargetStatus]] = [:]
        for target in shown {
            if byPool[target.pool] == nil { order.append(target.pool) }
            byPool[target.pool, default: []].append(target)
        }
        pools = order.map { name in
            let targets = byPool[name] ?? []
            let up = targets.filter { $0.health == .up }.count
            return Pool(
                poolName: name, poolText: "\(up) of \(targets.count) up", targets: targets.map { Self.row($0, now) })
        }
        hasTargets = !all.isEmpty
        unlistedText = all.count > Self.rowsMax ? FigureText.count(all.count - Self.rowsMax, "more target") : nil
    }

    private static func rank(_ target: TargetStatus) -> Int {
        switch target.health {
        case .down: 0
        case .unknown: 1
        case .up: 2
        }
    }

    private static func row(_ target: TargetStatus, _ now: Timestamp) -> Row {
        let (word, tone): (String, String) =
            switch target.health {
            case .up: ("up", "ok")
            case .down: ("down", "bad")
            case .unknown: ("not tried yet", "quiet")
            }
        return Row(
            url: target.url,
            targetLabels: target.labels.pairs.map { LabelView(labelName: $0.name, labelValue: $0.value) },
            health: word, healthTone: tone,
            lastScrape: target.lastScrape.map { TimeText(milliseconds: $0.milliseconds, now: now) },
            took: target.lastScrape == nil ? nil : DurationWords.precise(target.lastDuration),
            problem: target.lastError.isEmpty ? nil : target.lastError, every: DurationWords.short(target.interval))
    }
}
