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

    private let configuration: ScrapeConfiguration
    /// What became of each target that was found: rules are strings' work, a tenth of a millisecond a target, and
    /// most targets stay from one look to the next.
    private var outcomes: [Key: Outcome] = [:]

    private struct Key: Hashable {
        var group: Labels
        var target: Labels
    }

    private enum Outcome {
        case target(ScrapeTarget)
        case dropped(Labels)
        case refused(String)
    }

    /// `previous` is what the job came to before: what is found again is not relabelled again.
    package init(_ configuration: ScrapeConfiguration, _ groups: [TargetGroup], after previous: TargetSet? = nil) {
        var own = configuration
        own.discoveries = []
        self.configuration = own
        let before = previous?.configuration == own ? previous?.outcomes : nil
        let defaults = Self.defaults(own)
        let droppedMax = own.limits.keepDroppedTargets
        var known: Set<ScrapeTarget> = []
        for group in groups {
            for (index, labels) in group.targets.enumerated() {
                let key = Key(group: group.labels, target: labels)
                let outcome = before?[key] ?? Self.outcome(Self.merged([defaults, group.labels, labels]), own)
                outcomes[key] = outcome
                switch outcome {
                case .target(let target): if known.insert(target).inserted { targets.append(target) }
                case .dropped(let discovered):
                    droppedCount += 1
                    if droppedMax == 0 || dropped.count < droppedMax { dropped.append(discovered) }
                case .refused(let reason): problems.append("instance \(index) in group \(group.source): \(reason)")
                }
            }
        }
    }

    private static func outcome(_ discovered: Labels, _ configuration: ScrapeConfiguration) -> Outcome {
        do throws(ScrapeTarget.Invalid) {
            return try ScrapeTarget(discovered: discovered, configuration).map(Outcome.target) ?? .dropped(discovered)
        } catch { return .refused(error.description) }
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
