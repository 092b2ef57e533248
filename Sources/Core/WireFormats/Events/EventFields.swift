import Basics
import SignalModel

/// Reads the fields of one object and keeps what is wrong with them, each by its name.
struct EventFields {
    let value: JSONValue
    private let prefix: String
    var problems: [String] = []

    /// `prefix` goes before the names, `payload.`.
    init(_ value: JSONValue, _ prefix: String = "") {
        self.value = value
        self.prefix = prefix
        if value.members == nil {
            problems.append("\(prefix.isEmpty ? "the body" : String(prefix.dropLast())): must be an object")
        }
    }

    mutating func note(_ field: String, _ message: String) { problems.append("\(prefix)\(field) \(message)") }

    /// A text that must be there.
    mutating func text(_ field: String) -> String? {
        guard let text = optionalText(field) else {
            if value.members != nil, value[field] == nil { note(field, "is missing") }
            return nil
        }
        if text.isEmpty { note(field, "is empty") }
        return text
    }

    mutating func optionalText(_ field: String) -> String? {
        guard let found = value[field] else { return nil }
        guard let text = found.scalarText else {
            note(field, "must be a text, not \(found.kind)")
            return nil
        }
        return text
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(_ field: String, _ type: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let text = text(field), !text.isEmpty else { return nil }
        if let value = Value(rawValue: text) { return value }
        note(
            field,
            "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")), not \(quoted(text.prefix40))")
        return nil
    }

    /// RFC 3339; nil where it is not said.
    mutating func time(_ field: String) -> Timestamp? {
        guard let text = optionalText(field), !text.isEmpty else { return nil }
        if let time = RFC3339.parse(text) ?? Self.withoutZoneColon(text) { return time }
        note(field, "must be a time such as 2026-01-31T08:00:00Z, not \(quoted(text.prefix40))")
        return nil
    }

    /// Senders write `+0000` too, and no zone at all, which is UTC.
    private static func withoutZoneColon(_ text: String) -> Timestamp? {
        let tail = text.suffix(5)
        if let sign = tail.first, sign == "+" || sign == "-",
            tail.dropFirst().allSatisfy({ ("0"..."9").contains($0) })
        {
            return RFC3339.parse(text.dropLast(2) + ":" + text.suffix(2))
        }
        return RFC3339.parse(text + "Z")
    }

    /// The event when nothing is wrong.
    func result(_ event: AlertEvent) -> AlertEvents {
        problems.isEmpty ? AlertEvents([event]) : AlertEvents(problems: problems)
    }
}
