import Basics
import Hummingbird
import PromQL
import Rules
import SignalModel

extension PrometheusAPI {
    /// Go's zero time, which Prometheus prints for "never".
    private static let never = "0001-01-01T00:00:00Z"

    func ruleGroups(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let filter = try RuleFilter(await PrometheusParameters.read(request))
        let groups = await rules.reports
        return PrometheusEnvelope.success { json in
            json.object { json in
                json.key("groups")
                json.array { json in
                    for group in groups where filter.accepts(group) {
                        let rules = group.rules.filter(filter.accepts)
                        if !filter.isEmpty, rules.isEmpty { continue }
                        Self.write(group, rules, withAlerts: filter.includesAlerts, to: &json)
                    }
                }
            }
        }
    }

    func alerts(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let groups = await rules.reports
        return PrometheusEnvelope.success { json in
            json.object { json in
                json.key("alerts")
                json.array { json in
                    for rule in groups.flatMap(\.rules) {
                        guard case .alerting(let report) = rule.kind else { continue }
                        for alert in report.alerts { Self.write(alert, to: &json) }
                    }
                }
            }
        }
    }

    private static func write(
        _ group: RuleGroupReport, _ rules: [RuleReport], withAlerts: Bool, to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("name")
            json.string(group.name)
            json.key("file")
            json.string(group.file)
            json.key("rules")
            json.array { json in
                for rule in rules { write(rule, withAlerts: withAlerts, to: &json) }
            }
            json.key("interval")
            json.number(group.interval.seconds)
            json.key("limit")
            json.integer(group.limit)
            json.key("evaluationTime")
            json.number(group.statistics.evaluationTime.seconds)
            json.key("lastEvaluation")
            json.string(group.statistics.lastEvaluation.map(RFC3339.format) ?? never)
        }
    }

    private static func write(_ rule: RuleReport, withAlerts: Bool, to json: inout JSONWriter) {
        json.object { json in
            if case .alerting(let report) = rule.kind {
                json.key("state")
                json.string(report.state?.rawValue ?? "unknown")
            }
            json.key("name")
            json.string(rule.name)
            json.key("query")
            json.string(rule.query)
            if case .alerting(let report) = rule.kind {
                json.key("duration")
                json.number(report.hold.seconds)
                json.key("keepFiringFor")
                json.number(report.keepFiring.seconds)
                json.key("annotations")
                json.labels(report.annotations)
                json.key("alerts")
                json.array { json in
                    if withAlerts { for alert in report.alerts { write(alert, to: &json) } }
                }
            }
            json.key("labels")
            json.labels(rule.labels)
            json.key("health")
            json.string(rule.health.rawValue)
            if !rule.lastError.isEmpty {
                json.key("lastError")
                json.string(rule.lastError)
            }
            json.key("evaluationTime")
            json.number(rule.evaluationTime.seconds)
            json.key("lastEvaluation")
            json.string(rule.lastEvaluation.map(RFC3339.format) ?? never)
            json.key("type")
            if case .alerting = rule.kind { json.string("alerting") } else { json.string("recording") }
        }
    }

    private static func write(_ alert: AlertReport, to json: inout JSONWriter) {
        json.object { json in
            json.key("labels")
            json.labels(alert.labels)
            json.key("annotations")
            json.labels(alert.annotations)
            json.key("state")
            json.string(alert.state.rawValue)
            json.key("activeAt")
            json.string(RFC3339.format(alert.activeAt))
            if let since = alert.keepFiringSince {
                json.key("keepFiringSince")
                json.string(RFC3339.format(since))
            }
            json.key("value")
            json.string(alert.valueText)
        }
    }
}

/// The filters of `/api/v1/rules`.
private struct RuleFilter {
    private let type: String
    private let names: Set<String>
    private let groups: Set<String>
    private let files: Set<String>
    private let selectors: [[Matcher]]
    let includesAlerts: Bool

    init(_ parameters: PrometheusParameters) throws {
        type = parameters.form["type"] ?? ""
        guard ["", "alert", "record"].contains(type) else {
            throw APIError(.badData, "invalid parameter \"type\": not supported value \(quoted(type))")
        }
        names = Set(parameters.form.all("rule_name[]"))
        groups = Set(parameters.form.all("rule_group[]"))
        files = Set(parameters.form.all("file[]"))
        selectors = try parameters.selectors()
        includesAlerts = !["true", "1"].contains(parameters.form["exclude_alerts"] ?? "")
    }

    /// Without a filter on rules, groups without rules are listed too.
    var isEmpty: Bool { type.isEmpty && names.isEmpty && selectors.isEmpty }

    func accepts(_ group: RuleGroupReport) -> Bool {
        (groups.isEmpty || groups.contains(group.name)) && (files.isEmpty || files.contains(group.file))
    }

    func accepts(_ rule: RuleReport) -> Bool {
        if case .alerting = rule.kind, type == "record" { return false }
        if case .recording = rule.kind, type == "alert" { return false }
        if !names.isEmpty, !names.contains(rule.name) { return false }
        return selectors.isEmpty
            || selectors.contains { matchers in matchers.allSatisfy { $0.matches(rule.labels) } }
    }
}
