package import SignalModel

/// Values that a request gives beside its query: `?name` by their name, `?1` and `?` by their place.
package struct PipeParameters: Sendable {
    private var byPlace: [PipeValue] = []
    private var byName: [String: Int] = [:]

    package init() {}

    /// `[1, "a", {"name": true}]`.
    package init(_ value: DocumentValue) throws(LogQueryError) {
        guard case .array(let elements) = value else {
            throw LogQueryError(.malformed, "[params] must be an array of values or of objects as {\"name\": value}")
        }
        for element in elements {
            var value = element
            if case .object(let object) = element {
                guard object.count == 1, let member = object.members.first else {
                    throw LogQueryError(.malformed, "a named parameter is an object with one member")
                }
                byName[member.name] = byPlace.count
                value = member.value
            }
            byPlace.append(try Self.value(value))
        }
    }

    private static func value(_ value: DocumentValue) throws(LogQueryError) -> PipeValue {
        switch value {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .long(number)
        case .double(let number): return .double(number)
        case .string(let text): return .text(text)
        case .array, .object:
            throw LogQueryError(.malformed, "a parameter is a text, a number, true, false or null")
        }
    }

    subscript(name: String) -> PipeValue? { byName[name].map { byPlace[$0] } }

    /// Counted from 1.
    subscript(place: Int) -> PipeValue? { byPlace.indices.contains(place - 1) ? byPlace[place - 1] : nil }
}

extension PipeParser {
    mutating func parameter(_ name: String, at start: Int) throws(LogQueryError) -> PipeValue {
        var place: Int?
        if name.isEmpty {
            namelessCount += 1
            place = namelessCount
        } else if let number = Int(name) {
            place = number
        }
        guard let value = place.map({ parameters[$0] }) ?? parameters[name] else {
            throw text.error(
                "Unknown query parameter [\(place.map(String.init) ?? name)]: params has no such", at: start)
        }
        return value
    }

    /// What is written out, or given beside the query.
    mutating func constant(_ what: String) throws(LogQueryError) -> PipeValue {
        let start = token.start
        guard case .literal(let value) = try unary() else {
            throw text.error("expected \(what)", at: start)
        }
        return value
    }
}
