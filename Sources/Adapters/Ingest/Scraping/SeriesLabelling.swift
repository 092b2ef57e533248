import Basics
import SignalModel

/// From the labels that a target exposes to those that are stored: the target's labels on them, relabelled, within
/// the limits.
struct SeriesLabelling: Sendable {
    private let targetLabels: TargetLabels
    private let relabelling: Relabelling
    private let limits: ScrapeLimits
    /// What became of each exposed series in this scrape and the one before, empty where rules dropped it: rules are
    /// strings' work, some ten times that of a look-up. What the limits refuse is not in it.
    private var known: [[UInt8]: [UInt8]] = [:]
    private var knownBefore: [[UInt8]: [UInt8]] = [:]
    private let isPlain: Bool

    init(_ target: ScrapeTarget) {
        let configuration = target.configuration
        targetLabels = TargetLabels(target.labels, honorsExposed: configuration.honorLabels)
        relabelling = configuration.metricRelabelling
        limits = configuration.limits
        isPlain = relabelling.isEmpty && !limits.limitsLabels
    }

    /// What only the previous scrape exposed is forgotten.
    mutating func beginScrape() {
        swap(&known, &knownBefore)
        known.removeAll(keepingCapacity: true)
    }

    /// Writes the packed labels of the stored series to `result`, replacing what is there; empty when rules drop it.
    mutating func label(
        _ exposed: UnsafeRawBufferPointer, to result: inout [UInt8]
    ) throws(ScrapeFailure) {
        // Fast path: nothing but the target's labels.
        if isPlain { return targetLabels.attach(exposed, to: &result) }
        let key = Array(exposed)
        if let stored = known[key] ?? knownBefore[key] {
            result = stored
        } else {
            targetLabels.attach(exposed, to: &result)
            let labels = relabelling.applied(to: Labels(packed: result)) ?? .empty
            if !labels.isEmpty {
                if !labels.contains(Labels.metricName) { throw .nameless }
                if let problem = limits.problem(of: labels) { throw problem }
            }
            result = labels.packed
        }
        known[key] = result
    }
}
