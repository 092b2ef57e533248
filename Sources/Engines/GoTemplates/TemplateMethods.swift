import Basics

/// Methods of the values that notification templates see: Alertmanager's `KV`, `Pairs` and `Alerts`, and the few of
/// Go's `time.Time` that texts need.
enum TemplateMethods {
    /// Nil when `value` has no such method.
    static func call(
        _ name: String, on value: TemplateValue, _ arguments: [TemplateValue]
    ) throws(TemplateFailure) -> TemplateValue? {
        switch (value, name) {
        case (.labels(let values), "SortedPairs"): return pairs(values)
        case (.labels(let values), "Names"): return names(of: pairs(values))
        case (.labels(let values), "Values"): return self.values(of: pairs(values))
        case (.labels(let values), "Remove"): return .labels(try removing(arguments, from: values))
        case (.list(_, .pairs), "Names"): return names(of: value)
        case (.list(_, .pairs), "Values"): return self.values(of: value)
        case (.list(let alerts, .alerts), "Firing"): return .list(alerts.filter { $0.status == "firing" }, .alerts)
        case (.list(let alerts, .alerts), "Resolved"):
            return .list(alerts.filter { $0.status == "resolved" }, .alerts)
        case (.time(let time), _): return try method(name, of: time, ahead: nil, arguments)
        case (.localTime(let time, let ahead), _): return try method(name, of: time, ahead: ahead, arguments)
        default: return nil
        }
    }

    /// By name, the alert's own first, as Alertmanager sorts them.
    private static func pairs(_ values: [String: String]) -> TemplateValue {
        let own = "alertname"
        let sorted = values.sorted { ($0.key == own ? 0 : 1, $0.key) < ($1.key == own ? 0 : 1, $1.key) }
        return .list(sorted.map { .record(["Name": .string($0.key), "Value": .string($0.value)]) }, .pairs)
    }

    private static func names(of pairs: TemplateValue) -> TemplateValue { column("Name", of: pairs) }
    private static func values(of pairs: TemplateValue) -> TemplateValue { column("Value", of: pairs) }

    private static func column(_ name: String, of pairs: TemplateValue) -> TemplateValue {
        guard case .list(let elements, _) = pairs else { return .nothing }
        return .list(
            elements.map { if case .record(let fields) = $0 { fields[name] ?? .nothing } else { .nothing } }, .plain)
    }

    private static func removing(
        _ arguments: [TemplateValue], from values: [String: String]
    ) throws(TemplateFailure) -> [String: String] {
        guard arguments.count == 1, case .list(let names, _) = arguments[0] else {
            throw TemplateFailure("wrong type for value; expected []string")
        }
        var result = values
        for case .string(let name) in names { result[name] = nil }
        return result
    }

    private static func method(
        _ name: String, of time: Timestamp, ahead: Int64?, _ arguments: [TemplateValue]
    ) throws(TemplateFailure) -> TemplateValue? {
        switch (name, arguments.first) {
        case ("UTC", nil), ("Local", nil): return .time(time)
        case ("Unix", nil): return .integer(Int(time.milliseconds / 1000))
        case ("UnixMilli", nil): return .integer(Int(time.milliseconds))
        case ("String", nil): return .string(GoTime.text(time, aheadSeconds: ahead))
        case ("IsZero", nil): return .bool(time == GoTime.zero)
        case ("Format", .string(let layout)): return .string(GoTimeLayout.format(time, layout, aheadSeconds: ahead))
        case ("Sub", .time(let other)), ("Sub", .localTime(let other, _)): return .duration(time - other)
        default: return nil
        }
    }
}

extension TemplateValue {
    fileprivate var status: String? {
        if case .record(let fields) = self, case .string(let text) = fields["Status"] { text } else { nil }
    }
}
