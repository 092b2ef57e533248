import Basics
import GoTemplates
import PromQL
import Rules
import SignalModel

/// One rule: which kind it is, and what goes with it.
enum RuleDecoding {
    static func rule(
        _ node: ConfigurationNode, _ groupLabels: [RuleLabel], _ language: ParserOptions,
        _ problems: inout RuleProblems
    ) -> Rule? {
        guard var reader = node.mapping() else { return nil }
        let record = reader["record"]
        let alert = reader["alert"]
        let expression = reader["expr"]
        let rest = Rest(
            hold: reader["for"], keepFiring: reader["keep_firing_for"], labels: reader["labels"],
            annotations: reader["annotations"])
        reader.finish()
        let parsed = expressionValue(expression, of: node, language)
        switch (record, alert) {
        case (nil, nil):
            node.note("one of 'record' or 'alert' must be set")
            return nil
        case (let record?, _?):
            record.note("only one of 'record' and 'alert' must be set")
            return nil
        case (let record?, nil):
            return recording(record, parsed, rest, node, &problems).map(Rule.recording)
        case (nil, let alert?):
            return alerting(alert, parsed, rest, groupLabels, node, &problems).map(Rule.alerting)
        }
    }

    private struct Rest {
        var hold: ConfigurationNode?
        var keepFiring: ConfigurationNode?
        var labels: ConfigurationNode?
        var annotations: ConfigurationNode?
    }

    // MARK: Expressions

    private static func expressionValue(
        _ node: ConfigurationNode?, of rule: ConfigurationNode, _ language: ParserOptions
    ) -> Expression? {
        guard let node else {
            rule.note("field 'expr' must be set in rule")
            return nil
        }
        // `expr: 1` is a number to YAML and an expression to Prometheus.
        guard let text = node.scalarText else {
            node.expected("an expression")
            return nil
        }
        if text.isEmpty {
            node.note("field 'expr' must be set in rule")
            return nil
        }
        do { return try PromQLParser.parse(text, options: language) } catch {
            let (offset, reason) = place(of: error.message, in: text)
            node.note("could not parse expression: \(reason)", atByte: offset)
            return nil
        }
    }

    /// `LINE:COLUMN: ` of a parser's message taken off and turned into an offset.
    static func place(of message: String, in text: String) -> (offset: Int, reason: String) {
        guard let match = message.prefixMatch(of: #/(\d+):(\d+): /#), let line = Int(match.output.1),
            let column = Int(match.output.2)
        else { return (0, message) }
        var offset = 0
        for part in text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).prefix(line - 1) {
            offset += part.count + 1
        }
        return (offset + column - 1, String(message[match.range.upperBound...]))
    }

    // MARK: Kinds

    private static func recording(
        _ name: ConfigurationNode, _ expression: Expression?, _ rest: Rest, _ node: ConfigurationNode,
        _ problems: inout RuleProblems
    ) -> RecordingRule? {
        for (key, value) in [
            ("annotations", rest.annotations), ("for", rest.hold), ("keep_firing_for", rest.keepFiring),
        ] {
            value?.note("invalid field '\(key)' in recording rule")
        }
        let text = name.string() ?? ""
        if text.contains("{") || text.contains("}") {
            name.note("braces present in the recording rule name; should it be in expr?: \(text)")
        } else if !LabelName.isLegacyMetricName(text) {
            name.note("invalid recording rule name: \(text)")
        }
        let labels = rest.labels.map { plainLabels($0) } ?? []
        checkDuplicate("record", text, labels, node, &problems)
        guard let expression else { return nil }
        checkType(expression, name, "recording rule \(text)")
        return RecordingRule(name: text, expression: expression, labels: labels)
    }

    private static func alerting(
        _ name: ConfigurationNode, _ expression: Expression?, _ rest: Rest, _ groupLabels: [RuleLabel],
        _ node: ConfigurationNode, _ problems: inout RuleProblems
    ) -> AlertingRule? {
        let text = name.string() ?? ""
        if text.isEmpty { name.note("one of 'record' or 'alert' must be set") }
        let templateName = "__alert_\(text)"
        let labels = rest.labels.map { templates($0, "label", templateName) } ?? []
        let annotations = rest.annotations.map { templates($0, "annotation", templateName) } ?? []
        let hold = rest.hold?.duration() ?? .zero
        let keepFiring = rest.keepFiring?.duration() ?? .zero
        checkDuplicate("alert", text, labels, node, &problems)
        if problems.lints { SeverityLint.check(groupLabels, labels, annotations, rest.labels ?? node) }
        guard let expression else { return nil }
        checkType(expression, name, "alert \(text)")
        return AlertingRule(
            name: text, expression: expression, hold: hold, keepFiring: keepFiring, labels: labels,
            annotations: annotations)
    }

    /// A rule that can only ever fail is found here rather than at its first evaluation.
    private static func checkType(_ expression: Expression, _ name: ConfigurationNode, _ what: String) {
        switch expression.type {
        case .vector, .scalar: break
        case .string, .matrix:
            name.note("\(what): the expression yields a \(expression.type.rawValue), not an instant vector or scalar")
        }
    }

    private static func checkDuplicate(
        _ kind: String, _ name: String, _ labels: [RuleLabel], _ node: ConfigurationNode,
        _ problems: inout RuleProblems
    ) {
        let key =
            kind + "\u{0}" + name + "\u{0}"
            + labels.pairs.map { "\($0.name)\u{0}\($0.value)" }.joined(separator: "\u{0}")
        if !problems.rules.insert(key).inserted {
            node.note("group \(quoted(problems.group)) has another \(kind) \(quoted(name)) with the same labels")
        }
    }

    // MARK: Labels

    /// Labels of recording rules, which are no templates.
    private static func plainLabels(_ node: ConfigurationNode) -> [RuleLabel] {
        pairs(node, "label").compactMap { name, value in
            guard let text = value.labelValue() else { return nil }
            return RuleLabel(name, Template(verbatim: text))
        }
    }

    static func templates(_ node: ConfigurationNode, _ kind: String, _ templateName: String) -> [RuleLabel] {
        pairs(node, kind).compactMap { name, value -> RuleLabel? in
            guard let text = value.scalarText else {
                value.expected("text")
                return nil
            }
            do throws(TemplateError) { return RuleLabel(name, try Template(text, name: templateName)) } catch {
                value.note("\(kind) \(quoted(name)): \(error.message)", atByte: offset(of: error, in: text))
                return nil
            }
        }
    }

    private static func offset(of error: TemplateError, in text: String) -> Int {
        let before = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).prefix(error.line - 1)
        return before.reduce(0) { $0 + $1.count + 1 } + error.column - 1
    }

    private static func pairs(_ node: ConfigurationNode, _ kind: String) -> [(String, ConfigurationNode)] {
        guard var reader = node.mapping() else { return [] }
        return reader.all().compactMap { entry in
            guard LabelName.isLegacy(entry.name), kind != "label" || entry.name != Labels.metricName else {
                entry.key.note("invalid \(kind) name: \(entry.name)")
                return nil
            }
            return (entry.name, entry.value)
        }
    }
}
