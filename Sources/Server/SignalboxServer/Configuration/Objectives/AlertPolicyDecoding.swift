import Basics
import Rules
import SignalModel

/// `alertPolicies` of an SLO: each with one condition, which is one burn alert.
struct AlertPolicyDecoding {
    private let files: OpenSLOFiles
    /// Policies of one SLO; more are refused.
    private static let policiesMax = 16

    init(_ files: OpenSLOFiles) { self.files = files }

    /// Nil when the SLO names none.
    func alerts(_ node: ConfigurationNode?) -> [BurnAlert]? {
        guard let node else { return nil }
        let list = node.list()
        if list.isEmpty { return nil }
        if list.count > Self.policiesMax {
            node.note("\(node.path): at most \(Self.policiesMax) policies, not \(list.count)")
            return nil
        }
        return list.flatMap { policy($0) }
    }

    private func policy(_ node: ConfigurationNode) -> [BurnAlert] {
        if node.scalarText != nil { return named(node) }
        guard var reader = node.mapping() else { return [] }
        if let reference = reader["alertPolicyRef"] {
            reader.finish()
            return named(reference)
        }
        return inline(&reader, of: node).map { policy(spec: $0.spec) } ?? []
    }

    private func named(_ node: ConfigurationNode) -> [BurnAlert] {
        guard let name = node.string() else { return [] }
        guard let document = files.alertPolicy(name) else {
            node.note("\(node.path): there is no AlertPolicy \(quoted(name))")
            return []
        }
        return policy(spec: document.spec)
    }

    private func inline(_ reader: inout MappingReader, of node: ConfigurationNode) -> OpenSLODocument? {
        for key in ["apiVersion", "kind"] { _ = reader[key] }
        let document = OpenSLODocument(&reader, of: node)
        reader.finish()
        document?.checkAnnotations()
        return document
    }

    private func policy(spec: ConfigurationNode) -> [BurnAlert] {
        guard var reader = spec.mapping() else { return [] }
        // Who is told hangs on the severity and the paging file; that what is over is told is so always.
        for key in [
            "description", "notificationTargets", "alertWhenNoData", "alertWhenResolved", "alertWhenBreaching",
        ] {
            _ = reader[key]
        }
        let conditions = reader.required("conditions")?.list() ?? []
        reader.finish()
        if conditions.count != 1 {
            spec.note("\(spec.path).conditions must be a list of exactly one, not \(conditions.count)")
        }
        return conditions.prefix(1).compactMap(condition)
    }

    private func condition(_ node: ConfigurationNode) -> BurnAlert? {
        guard var reader = node.mapping() else { return nil }
        if let reference = reader["conditionRef"] {
            reader.finish()
            guard let name = reference.string() else { return nil }
            guard let document = files.alertCondition(name) else {
                reference.note("\(reference.path): there is no AlertCondition \(quoted(name))")
                return nil
            }
            return alert(document)
        }
        return inline(&reader, of: node).flatMap(alert)
    }

    private func alert(_ document: OpenSLODocument) -> BurnAlert? {
        guard var reader = document.spec.mapping() else { return nil }
        _ = reader["description"]
        let severityNode = reader.required("severity")
        let conditionNode = reader.required("condition")
        reader.finish()
        guard var fields = conditionNode?.mapping() else { return nil }
        let kind = fields.required("kind")
        let operation = fields["op"]
        let threshold = fields.required("threshold")
        let lookback = fields.required("lookbackWindow")
        let after = fields["alertAfter"]
        fields.finish()
        if let kind, kind.scalarText != "burnrate" { kind.expected("burnrate") }
        if let operation, !["gt", "gte"].contains(operation.scalarText) {
            operation.note(
                "\(operation.path) must be gt or gte: the alert fires while the budget burns faster, not slower")
        }
        let severity = severityNode.flatMap(severity)
        let factor = threshold?.number()
        if let factor, factor <= 0 || !factor.isFinite {
            threshold?.note("\(threshold?.path ?? "") must be above 0")
            return nil
        }
        guard let lookback else { return nil }
        guard let long = lookback.scalarText.flatMap(ObjectiveAnnotations.duration) else {
            lookback.expected("a window of whole minutes, as 1h")
            return nil
        }
        var hold = Duration.zero
        if let after, let text = after.scalarText, text != "0m", text != "0" {
            guard let duration = ObjectiveAnnotations.duration(text), duration <= .seconds(86_400) else {
                after.expected("whole minutes up to 1d, as 5m")
                return nil
            }
            hold = duration
        }
        guard let severity, let factor else { return nil }
        let short = ObjectiveAnnotations(document).shortWindow
        return BurnAlert(severity: severity, long: long, short: short, factor: factor, hold: hold)
    }

    /// Ours, or the two words of OpenSLO's examples.
    private func severity(_ node: ConfigurationNode) -> Severity? {
        switch node.scalarText {
        case "page": return .p1
        case "ticket": return .p3
        default: return node.choice(Severity.self)
        }
    }
}
