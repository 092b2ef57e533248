import SignalModel

/// `relabel_configs` and their like, in Prometheus' form.
enum RelabelDecoding {
    /// Rules beyond it are refused: each target or series goes through all of them.
    private static let rulesMax = 1000

    static func decode(_ node: ConfigurationNode?) -> Relabelling {
        guard let node else { return .none }
        let nodes = node.list()
        if nodes.count > rulesMax {
            node.note("\(node.path): at most \(rulesMax) rules, not \(nodes.count)")
            return .none
        }
        return Relabelling(nodes.compactMap(rule))
    }

    private static func rule(_ node: ConfigurationNode) -> RelabelRule? {
        guard var reader = node.mapping() else { return nil }
        var settings = RelabelSettings()
        var keys: [String: ConfigurationNode] = [:]
        func text(_ key: String) -> String? {
            guard let value = reader[key] else { return nil }
            keys[key] = value
            // As in Prometheus: nothing written after a key is no value, but for the pattern.
            if value.isNull { return key == "regex" ? "" : nil }
            guard let text = value.scalarText else {
                value.expected("text")
                return nil
            }
            return text
        }
        let action = text("action")
        let knownAction = RelabelAction(rawValue: action?.lowercased() ?? settings.action.rawValue)
        if let knownAction {
            settings.action = knownAction
        } else {
            keys["action"]?.note("\(node.path): unknown relabel action \(quoted(action ?? ""))")
        }
        settings.sourceLabels = reader["source_labels"].map(sourceLabels)
        settings.separator = text("separator") ?? settings.separator
        settings.regex = text("regex")
        if let modulus = reader["modulus"] {
            keys["modulus"] = modulus
            settings.modulus = UInt64(modulus.integer(in: 0...Int.max) ?? 1)
        }
        settings.targetLabel = text("target_label") ?? settings.targetLabel
        settings.replacement = text("replacement") ?? settings.replacement
        reader.finish()
        if knownAction == nil { return nil }
        do { return try RelabelRule(settings) } catch {
            (error.key.flatMap { keys[$0] } ?? node).note("\(node.path): \(error)")
            return nil
        }
    }

    private static func sourceLabels(_ node: ConfigurationNode) -> [String] {
        node.strings().enumerated().map { index, name in
            if name.isEmpty { node.note("\(node.path)[\(index)]: \"\" is not a valid label name") }
            return name
        }
    }
}
