import Basics
import Rules
import SignalModel

/// Rule groups, what their rules say and how their evaluation goes.
struct RulesView: Sendable {
    struct Row: Sendable {
        let ruleName: String
        let kind: String
        let query: String
        let exploreLink: String
        let ruleState: String
        let ruleTone: String
        let activeText: String?
        let holdText: String?
        let severityText: SeverityText?
        let problem: String?
        let took: String
        let evaluated: TimeText?
        let active: [Active]
    }

    struct Active: Sendable {
        let activeState: String
        let activeTone: String
        let activeLabels: [LabelView]
        let value: String
        let since: TimeText
    }

    struct Group: Sendable {
        let groupName: String
        let file: String
        let every: String
        let groupTook: String
        let missedText: String?
        let rules: [Row]
    }

    /// Active alerts written out for each rule; the rest is counted.
    private static let activeMax = 20

    let now: Int64
    let tabTitle = "Rules"
    let groups: [Group]
    let hasGroups: Bool

    init(_ reports: [RuleGroupReport], now: Timestamp) {
        self.now = now.milliseconds
        groups = reports.map { group in
            Group(
                groupName: group.name, file: group.file, every: DurationWords.short(group.interval),
                groupTook: DurationWords.precise(group.statistics.evaluationTime),
                missedText: group.statistics.iterationsMissed == 0
                    ? nil : FigureText.count(Int(group.statistics.iterationsMissed), "evaluation") + " missed",
                rules: group.rules.map { Self.row($0, now) })
        }
        hasGroups = !groups.isEmpty
    }

    private static func row(_ rule: RuleReport, _ now: Timestamp) -> Row {
        var (state, tone) = health(rule.health)
        var (kind, activeText, holdText): (String, String?, String?) = ("recording", nil, nil)
        var active: [Active] = []
        if case .alerting(let report) = rule.kind {
            kind = "alerting"
            if report.hold > .zero { holdText = "for " + DurationWords.short(report.hold) }
            if rule.health != .err, let alertState = report.state { (state, tone) = words(alertState) }
            active = report.alerts.prefix(activeMax).map { Self.active($0, now) }
            activeText = report.alerts.isEmpty ? nil : FigureText.count(report.alerts.count, "alert")
        }
        let severity = rule.labels.pairs.first { $0.name == "severity" }.flatMap { SeverityText(code: $0.value) }
        return Row(
            ruleName: rule.name, kind: kind, query: rule.query,
            exploreLink: "/explore?query=" + QueryText.encode(rule.query), ruleState: state, ruleTone: tone,
            activeText: activeText, holdText: holdText, severityText: severity,
            problem: rule.lastError.isEmpty ? nil : rule.lastError, took: DurationWords.precise(rule.evaluationTime),
            evaluated: rule.lastEvaluation.map { TimeText(milliseconds: $0.milliseconds, now: now) }, active: active)
    }

    private static func active(_ alert: AlertReport, _ now: Timestamp) -> Active {
        let (state, tone) = words(alert.state)
        return Active(
            activeState: state, activeTone: tone,
            activeLabels: alert.labels.pairs.filter { $0.name != "alertname" && $0.name != "severity" }
                .map { LabelView(labelName: $0.name, labelValue: $0.value) },
            value: FigureText.value(alert.value) ?? alert.valueText,
            since: TimeText(milliseconds: alert.activeAt.milliseconds, now: now))
    }

    private static func health(_ health: RuleHealth) -> (String, String) {
        switch health {
        case .ok: ("ok", "ok")
        case .err: ("failing", "bad")
        case .unknown: ("not evaluated yet", "quiet")
        }
    }

    private static func words(_ state: ActiveAlert.State) -> (String, String) {
        switch state {
        case .inactive: ("quiet", "ok")
        case .pending: ("pending", "warn")
        case .firing: ("firing", "bad")
        }
    }
}
