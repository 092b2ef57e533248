import Basics
import HTTPAPI
import Identity
import Logs
import SignalModel

/// What stands under `logs:` and names log records by a query: who may read them, and what is counted of them.
enum LogRuleDecoding {
    /// Further rules are refused: each is asked of every record or of every read.
    private static let rulesMax = 200
    private static let labelsMax = 10
    private static let bucketsMax = 60

    // MARK: access

    static func access(_ node: ConfigurationNode?) -> LogAccessPolicy {
        LogAccessPolicy(rules(node).compactMap(accessRule))
    }

    private static func accessRule(_ node: ConfigurationNode) -> LogAccessPolicy.Rule? {
        guard var reader = node.mapping() else { return nil }
        var rule = LogAccessPolicy.Rule()
        rule.roles = Set((reader["roles"]?.list() ?? []).compactMap { $0.choice(Role.self) })
        rule.people = Set(reader["people"]?.strings() ?? [])
        rule.tokens = Set(reader["tokens"]?.strings() ?? [])
        rule.indices = reader["indices"]?.strings() ?? []
        rule.filter = reader["query"].flatMap(query) ?? .all
        rule.maskedFields = reader["mask"]?.strings() ?? []
        rule.isAudited = reader["audit"]?.bool() ?? false
        reader.finish()
        if rule.roles.isEmpty, rule.people.isEmpty, rule.tokens.isEmpty {
            node.note("\(node.path) names nobody: give roles, people or tokens")
        }
        return rule
    }

    // MARK: metrics

    static func metrics(_ node: ConfigurationNode?) -> [LogMetricRule] {
        var names: Set<String> = []
        return rules(node).compactMap { node in
            guard let rule = metricRule(node) else { return nil }
            guard names.insert(rule.name).inserted else {
                node.note("\(node.path): there is a metric \(quoted(rule.name)) already")
                return nil
            }
            return rule
        }
    }

    private static func metricRule(_ node: ConfigurationNode) -> LogMetricRule? {
        guard var reader = node.mapping() else { return nil }
        let nameNode = reader.required("name")
        let name = nameNode?.string()
        if let name, !LabelName.isLegacyMetricName(name) || name.hasSuffix("_total") {
            nameNode?.expected("a metric's name without its ending, as checkout_errors")
        }
        let filter = reader.required("query").flatMap(query)
        let indices = reader["indices"]?.strings() ?? []
        var labels: [LogMetricRule.Label] = []
        if let node = reader["labels"] {
            for (name, field) in node.stringMap() where node.isLabelName(name) {
                labels.append(.init(name: name, field: field))
            }
            if labels.count > labelsMax { node.expected("at most \(labelsMax) labels") }
        }
        let kind = reader["histogram"].map(histogram) ?? .counter
        reader.finish()
        guard let name, let filter, let kind else { return nil }
        return LogMetricRule(name: name, kind: kind, indices: indices, filter: filter, labels: labels)
    }

    private static func histogram(_ node: ConfigurationNode) -> LogMetricRule.Kind? {
        guard var reader = node.mapping() else { return nil }
        let field = reader.required("field")?.string()
        let bucketsNode = reader.required("buckets")
        let bounds = bucketsNode?.list().compactMap { $0.number() } ?? []
        reader.finish()
        guard !bounds.isEmpty, bounds.count <= bucketsMax, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            bucketsNode?.expected("up to \(bucketsMax) ascending upper bounds, as [0.1, 0.5, 1]")
            return nil
        }
        return field.map { .histogram(field: $0, bounds: bounds) }
    }

    // MARK: parts

    private static func rules(_ node: ConfigurationNode?) -> [ConfigurationNode] {
        let list = node?.list() ?? []
        if list.count > rulesMax { node?.expected("at most \(rulesMax) rules") }
        return list
    }

    /// KQL. `now` is the beginning of 1970 there: a rule is about fields, not about when it was read.
    private static func query(_ node: ConfigurationNode) -> LogFilter? {
        guard let text = node.string() else { return nil }
        do {
            return try KQLParser.filter(text, LogQueryContext(nowNanoseconds: 0))
        } catch {
            node.note("\(node.path): \(error)")
            return nil
        }
    }
}
