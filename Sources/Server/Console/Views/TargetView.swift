import Basics
import Ingest
import SignalModel

/// One target: how it does, what it was found with, and what each rule made of that.
struct TargetView: Sendable {
    let now: Int64
    let tabTitle: String
    let job: String
    let state: TargetState
    let problem: String?
    let lastScrape: TimeText?
    let took: String?
    let every: String?
    let timeout: String?
    let isDropped: Bool
    let targetLabels: [LabelView]
    let discovered: [LabelView]
    let hasRules: Bool
    let steps: [RelabelStepView]
    let unusedText: String?

    init(_ target: TargetStatus, _ pool: PoolStatus, now: Timestamp) {
        self.now = now.milliseconds
        tabTitle = target.url
        job = pool.name
        state = TargetState(target.health)
        problem = target.lastError.isEmpty ? nil : target.lastError
        lastScrape = target.lastScrape.map { TimeText(milliseconds: $0.milliseconds, now: now) }
        took = target.lastScrape == nil ? nil : DurationWords.precise(target.lastDuration)
        every = DurationWords.short(target.interval)
        timeout = DurationWords.short(target.timeout)
        isDropped = false
        targetLabels = LabelView.list(target.labels)
        discovered = LabelView.list(target.discovered)
        (steps, unusedText) = Self.steps(pool.relabelling, target.discovered)
        hasRules = !pool.relabelling.isEmpty
    }

    init(dropped labels: Labels, _ pool: PoolStatus, now: Timestamp) {
        self.now = now.milliseconds
        tabTitle = labels[TargetLabelName.address]
        job = pool.name
        state = .dropped
        (problem, lastScrape, took, every, timeout) = (nil, nil, nil, nil, nil)
        isDropped = true
        targetLabels = []
        discovered = LabelView.list(labels)
        (steps, unusedText) = Self.steps(pool.relabelling, labels)
        hasRules = !pool.relabelling.isEmpty
    }

    private static func steps(
        _ relabelling: Relabelling, _ discovered: Labels
    ) -> (steps: [RelabelStepView], unused: String?) {
        var before = discovered
        var views: [RelabelStepView] = []
        for (index, step) in relabelling.steps(for: discovered).enumerated() {
            views.append(RelabelStepView(index + 1, step, before: before))
            before = step.labels ?? before
        }
        let unusedCount = relabelling.settings.count - views.count
        let unused = unusedCount > 0 ? FigureText.count(unusedCount, "more rule") + " not reached" : nil
        return (views, unused)
    }

    static func link(job: String, url: String) -> String {
        "/targets/one?job=\(QueryText.encode(job))&url=\(QueryText.encode(url))"
    }

    static func link(job: String, key: String) -> String { "/targets/one?job=\(QueryText.encode(job))&key=\(key)" }

    /// Names a dropped target, which has no URL, by what it was found with.
    static func key(_ discovered: Labels) -> String { String(discovered.hash, radix: 16) }
}
