import Basics

/// One valid rule of Prometheus 3 (`model/relabel`), ready to be applied. Regular expressions match whole texts, and
/// `.` matches newlines.
package struct RelabelRule: Sendable {
    package let settings: RelabelSettings
    let expression: RegularExpression
    let target: CaptureTemplate
    let replacement: CaptureTemplate

    package init(_ settings: RelabelSettings) throws(InvalidRelabelRule) {
        self.settings = settings
        do { expression = try RegularExpression(settings.regex ?? RelabelSettings.defaultRegex) } catch {
            throw InvalidRelabelRule(key: "regex", description: "invalid regular expression: \(error.reason)")
        }
        target = CaptureTemplate(settings.targetLabel, for: expression)
        replacement = CaptureTemplate(settings.replacement, for: expression)
        try Self.validate(settings)
    }

    private static func validate(_ settings: RelabelSettings) throws(InvalidRelabelRule) {
        let action = settings.action
        if action == .hashmod, settings.modulus == 0 {
            throw InvalidRelabelRule(
                key: "modulus", description: "relabel configuration for hashmod requires non-zero modulus")
        }
        switch action {
        case .replace, .hashmod, .lowercase, .uppercase, .keepequal, .dropequal:
            // Any other text is the name of a label.
            if settings.targetLabel.isEmpty {
                throw InvalidRelabelRule(
                    key: nil,
                    description: "relabel configuration for \(action.rawValue) action requires 'target_label' value")
            }
        case .keep, .drop, .labelmap, .labeldrop, .labelkeep: break
        }
        if action == .labelmap, settings.replacement.isEmpty {
            throw InvalidRelabelRule(
                key: "replacement", description: #""" is invalid 'replacement' for labelmap action"#)
        }
        let hasReplacement = settings.replacement != RelabelSettings.defaultReplacement
        switch action {
        case .lowercase, .uppercase, .keepequal, .dropequal:
            if hasReplacement {
                throw InvalidRelabelRule(
                    key: "replacement",
                    description: "'replacement' can not be set for \(action.rawValue) action")
            }
        default: break
        }
        let hasSourceExtras =
            settings.modulus != 0 || settings.separator != RelabelSettings.defaultSeparator || hasReplacement
        switch action {
        case .keepequal, .dropequal:
            if settings.regex != nil || hasSourceExtras {
                throw InvalidRelabelRule(
                    key: nil,
                    description:
                        "\(action.rawValue) action requires only 'source_labels' and `target_label`, and no other fields"
                )
            }
        case .labeldrop, .labelkeep:
            if settings.sourceLabels != nil || !settings.targetLabel.isEmpty || hasSourceExtras {
                throw InvalidRelabelRule(
                    key: nil,
                    description: "\(action.rawValue) action requires only 'regex', and no other fields")
            }
        default: break
        }
    }
}

extension RelabelRule: Hashable {
    package static func == (left: RelabelRule, right: RelabelRule) -> Bool { left.settings == right.settings }
    package func hash(into hasher: inout Hasher) { hasher.combine(settings) }
}
