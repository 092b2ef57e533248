package enum Rule: Sendable, Hashable {
    case recording(RecordingRule)
    case alerting(AlertingRule)

    package var name: String {
        switch self {
        case .recording(let rule): rule.name
        case .alerting(let rule): rule.name
        }
    }

    package var query: String {
        switch self {
        case .recording(let rule): rule.query
        case .alerting(let rule): rule.query
        }
    }

    package var labels: [RuleLabel] {
        switch self {
        case .recording(let rule): rule.labels
        case .alerting(let rule): rule.labels
        }
    }

    /// Rules of an old and a new configuration with the same key are taken for the same rule.
    var key: RuleKey {
        RuleKey(name: name, labels: labels.pairs.map { [$0.name, $0.value] })
    }

    func inheriting(_ group: [RuleLabel]) -> Rule {
        switch self {
        case .recording(var rule):
            rule.labels = rule.labels.inheriting(group)
            return .recording(rule)
        case .alerting(var rule):
            rule.labels = rule.labels.inheriting(group)
            return .alerting(rule)
        }
    }
}

struct RuleKey: Hashable, Sendable {
    var name: String
    var labels: [[String]]
}
