import Basics
import Rules
import SignalModel
import Yams

/// A rule group that came by the API: what is evaluated, and the YAML that says so.
struct ManagedRuleGroup: Sendable {
    let group: RuleGroup
    /// The one group as YAML, keys and values as they were sent.
    let text: String
    private let setsInterval: Bool
    private let setsOffset: Bool

    /// Bytes of a namespace's or group's name; longer ones are refused.
    private static let nameBytesMax = 256

    /// Throws every problem with its place in `text`; the file's name is the namespace.
    init(_ text: String, in namespace: String, _ metrics: MetricsSettings) throws(ConfigurationError) {
        let problems = ConfigurationNode.Problems()
        guard let root = YAMLDocument.parse(text, file: namespace, problems: problems) else {
            throw ConfigurationError(problems.diagnostics)
        }
        Self.checkName(namespace, "the namespace", root)
        let group = RuleFile.group(root, metrics)
        if let group { Self.checkName(group.name, "the group's name", root) }
        guard let group, problems.diagnostics.isEmpty else { throw ConfigurationError(problems.diagnostics) }
        self.group = group
        setsInterval = root.node.mapping?["interval"] != nil
        setsOffset = root.node.mapping?["query_offset"] != nil
        do { self.text = try YAMLDocument.text(of: root.node) } catch {
            root.note("cannot be written as YAML: \(error)")
            throw ConfigurationError(problems.diagnostics)
        }
    }

    /// With the configuration's defaults for what the group leaves open, which a reload may change.
    func group(with metrics: MetricsSettings) -> RuleGroup {
        var group = group
        if !setsInterval { group.interval = metrics.evaluationInterval }
        if !setsOffset { group.queryOffset = metrics.ruleQueryOffset }
        return group
    }

    private static func checkName(_ name: String, _ what: String, _ root: ConfigurationNode) {
        let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        if name.isEmpty || name.utf8.count > nameBytesMax || !isPlain {
            root.note("\(what) needs 1 to \(nameBytesMax) bytes without control characters")
        }
    }
}
