import Basics
package import SignalModel

/// What the groups of a job come to after relabelling.
package struct TargetSet: Sendable {
    /// Each once.
    package private(set) var targets: [ScrapeTarget] = []
    /// Labels with which targets were found that a rule dropped, as many as the job keeps.
    package private(set) var dropped: [Labels] = []
    package private(set) var droppedCount = 0
    /// Why others are not scraped: place and reason.
    package private(set) var problems: [String] = []

    package init(_ configuration: ScrapeConfiguration, _ groups: [TargetGroup]) {
        var own = configuration
        own.discoveries = []
        let defaults = Self.defaults(own)
        let droppedMax = configuration.limits.keepDroppedTargets
        var known: Set<ScrapeTarget> = []
        for group in groups {
            for (index, labels) in group.targets.enumerated() {
                let discovered = Self.merged([defaults, group.labels, labels])
                do {
                    if let target = try ScrapeTarget(discovered: discovered, own) {
                        if known.insert(target).inserted { targets.append(target) }
                    } else {
                        droppedCount += 1
                        if droppedMax == 0 || dropped.count < droppedMax { dropped.append(discovered) }
                    }
                } catch {
                    problems.append("instance \(index) in group \(group.source): \(error)")
                }
            }
        }
    }

    /// Prometheus' labels of a target before relabelling, for what was not found.
    private static func defaults(_ configuration: ScrapeConfiguration) -> Labels {
        var builder = LabelsBuilder()
        builder.set(TargetLabelName.job, configuration.jobName)
        builder.set(TargetLabelName.interval, DurationText.text(milliseconds: configuration.interval.milliseconds))
        builder.set(TargetLabelName.timeout, DurationText.text(milliseconds: configuration.timeout.milliseconds))
        builder.set(TargetLabelName.metricsPath, configuration.metricsPath)
        builder.set(TargetLabelName.scheme, configuration.scheme)
        for (name, values) in configuration.parameters {
            if let first = values.first { builder.set(TargetLabelName.parameterPrefix + name, first) }
        }
        return builder.labels()
    }

    /// Of equal names the last set's value.
    private static func merged(_ sets: [Labels]) -> Labels {
        var values: [String: String] = [:]
        for set in sets { set.forEach { values[$0] = $1 } }
        return Labels(values.map { ($0.key, $0.value) })
    }
}
