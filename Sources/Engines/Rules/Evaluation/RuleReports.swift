package import Basics
import GoTemplates
package import SignalModel

/// A group as `/api/v1/rules` shows it.
package struct RuleGroupReport: Sendable, Hashable {
    package var name: String
    package var file: String
    package var interval: Duration
    package var limit: Int
    package var rules: [RuleReport]
    package var statistics: GroupStatistics
}

/// A rule as `/api/v1/rules` shows it.
package struct RuleReport: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case recording
        case alerting(AlertingReport)
    }

    package var kind: Kind
    package var name: String
    package var query: String
    /// Unexpanded.
    package var labels: Labels
    package var health: RuleHealth
    /// Empty when the latest evaluation went well.
    package var lastError: String
    package var evaluationTime: Duration
    /// Nil before the first, which the API shows as Go's zero time.
    package var lastEvaluation: Timestamp?
}

/// What only alerting rules have.
package struct AlertingReport: Sendable, Hashable {
    /// The worst of its alerts; nil before the first evaluation, which the API shows as `unknown`.
    package var state: ActiveAlert.State?
    package var hold: Duration
    package var keepFiring: Duration
    package var annotations: Labels
    /// Pending and firing ones, sorted by labels.
    package var alerts: [AlertReport]
}

/// An alert as `/api/v1/alerts` shows it.
package struct AlertReport: Sendable, Hashable {
    package var labels: Labels
    package var annotations: Labels
    package var state: ActiveAlert.State
    package var activeAt: Timestamp
    package var keepFiringSince: Timestamp?
    package var value: Double

    /// `1e+00`: the form in which the API shows an alert's value.
    package var valueText: String { GoNumber.exponential(value) }
}

extension GroupEvaluator {
    package var report: RuleGroupReport {
        RuleGroupReport(
            name: group.name, file: group.file, interval: group.interval, limit: group.limit,
            rules: zip(group.rules, states).map(Self.report), statistics: statistics)
    }

    private static func report(_ rule: Rule, _ state: RuleState) -> RuleReport {
        var kind = RuleReport.Kind.recording
        if case .alerting(let rule) = rule { kind = .alerting(report(rule, state)) }
        return RuleReport(
            kind: kind, name: rule.name, query: rule.query, labels: Labels(rule.labels.pairs), health: state.health,
            lastError: state.lastError, evaluationTime: state.evaluationTime, lastEvaluation: state.lastEvaluation)
    }

    private static func report(_ rule: AlertingRule, _ state: RuleState) -> AlertingReport {
        let alerts = state.active.values.filter { $0.resolvedAt == nil }.map {
            AlertReport(
                labels: $0.labels, annotations: $0.annotations, state: $0.state, activeAt: $0.activeAt,
                keepFiringSince: $0.keepFiringSince, value: $0.value)
        }
        return AlertingReport(
            state: state.lastEvaluation == nil ? nil : alerts.map(\.state).max() ?? .inactive, hold: rule.hold,
            keepFiring: rule.keepFiring, annotations: Labels(rule.annotations.pairs),
            alerts: alerts.sorted { $0.labels < $1.labels })
    }
}
