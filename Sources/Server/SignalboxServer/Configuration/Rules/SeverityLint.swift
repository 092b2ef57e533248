import Basics
import GoTemplates
import Rules
import SignalModel

/// The house rule on what may wake people: useful work that is not done pages; a resource that runs low is for
/// dashboards, unless the rule says why it must page.
enum SeverityLint {
    static let reasonAnnotation = "page_on_resource_because"

    static func check(
        _ groupLabels: [RuleLabel], _ labels: [RuleLabel], _ annotations: [RuleLabel], _ node: ConfigurationNode
    ) {
        let severity = value("severity", labels, groupLabels)
        if let severity, !isTemplate(severity), Severity(rawValue: severity) == nil {
            let known = Severity.allCases.map(\.rawValue).joined(separator: ", ")
            node.note("severity must be one of \(known), not \(quoted(severity))")
        }
        let kind = value("kind", labels, groupLabels)
        if let kind, !isTemplate(kind), kind != "work", kind != "resource" {
            node.note("kind must be work or resource, not \(quoted(kind))")
        }
        guard kind == "resource", let severity, severity != Severity.p3.rawValue else { return }
        let reason = annotations.first { $0.name == reasonAnnotation }?.value.source ?? ""
        if reason.allSatisfy(\.isWhitespace) {
            node.note(
                "severity \(severity) pages somebody for a resource: page on the work that suffers instead, "
                    + "or say why not in the annotation \(reasonAnnotation)")
        }
    }

    private static func value(_ name: String, _ labels: [RuleLabel], _ groupLabels: [RuleLabel]) -> String? {
        (labels.last { $0.name == name } ?? groupLabels.last { $0.name == name })?.value.source
    }

    /// What a template yields is known only when the alert fires.
    private static func isTemplate(_ text: String) -> Bool { text.contains("{{") }
}
