import Basics
import PromQL
import Rules
import SignalModel

/// A rule file in Prometheus' form, decoded with every problem at its place. Messages are Prometheus' where it has
/// one.
enum RuleFile {
    /// Groups in a file and rules in a group; more are refused.
    private static let groupsMax = 1000
    private static let rulesMax = 5000

    /// `lints`: rules are held to the house's as well as to the language's.
    static func decode(
        _ root: ConfigurationNode, _ metrics: MetricsSettings, lints: Bool = true
    ) -> [RuleGroup] {
        guard var reader = root.mapping() else { return [] }
        // An empty file, or one whose groups are commented out, has no rules; that is no mistake in Prometheus either.
        let nodes = reader["groups"]?.list() ?? []
        reader.finish()
        if nodes.count > groupsMax {
            root.note("at most \(groupsMax) groups, not \(nodes.count)")
            return []
        }
        var names: Set<String> = []
        return nodes.compactMap { decodeGroup($0, metrics, lints: lints, &names) }
    }

    /// One group that stands for itself.
    static func group(_ root: ConfigurationNode, _ metrics: MetricsSettings) -> RuleGroup? {
        var names: Set<String> = []
        return decodeGroup(root, metrics, lints: true, &names)
    }

    private static func decodeGroup(
        _ node: ConfigurationNode, _ metrics: MetricsSettings, lints: Bool, _ names: inout Set<String>
    ) -> RuleGroup? {
        guard var reader = node.mapping() else { return nil }
        let name = reader.required("name")
        let nameText = name?.string() ?? ""
        if let name, name.isEmptyText { name.note("Groupname must not be empty") }
        if let name, !nameText.isEmpty, !names.insert(nameText).inserted {
            name.note("groupname: \(quoted(nameText)) is repeated in the same file")
        }
        let interval = reader["interval"]?.duration(minimum: MetricsSettings.intervalMin)
        let offset = reader["query_offset"]?.duration()
        let limit = reader["limit"]?.integer(in: 0...RuleLimits.elementsMax)
        var problems = RuleProblems(group: nameText, lints: lints)
        let labels = reader["labels"].map { RuleDecoding.templates($0, "label", "__alert_\(nameText)") } ?? []
        let ruleNodes = reader.required("rules")?.list() ?? []
        reader.finish()
        if ruleNodes.count > rulesMax {
            node.note("at most \(rulesMax) rules in a group, not \(ruleNodes.count)")
            return nil
        }
        let rules = ruleNodes.compactMap { RuleDecoding.rule($0, labels, metrics.language, &problems) }
        return RuleGroup(
            name: nameText, file: node.file, interval: interval ?? metrics.evaluationInterval,
            queryOffset: offset ?? metrics.ruleQueryOffset, limit: limit ?? 0, labels: labels, rules: rules)
    }
}

/// What the checks across one group's rules have seen.
struct RuleProblems {
    var group: String
    var lints: Bool
    var rules: Set<String> = []

    init(group: String, lints: Bool) {
        self.group = group
        self.lints = lints
    }
}
