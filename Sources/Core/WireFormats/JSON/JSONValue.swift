/// A small JSON document in memory, for messages whose shape their sender chooses. Bounded in depth and in values.
package enum JSONValue: Sendable, Hashable {
    case object([String: JSONValue])
    case array([JSONValue])
    case text(String)
    /// As it was written, so that it reads the same where it is shown.
    case number(String)
    case bool(Bool)
    case null

    /// Objects within objects; deeper ones throw.
    package static let depthMax = 32
    /// Values of one document; one with more throws.
    package static let valuesMax = 200_000

    package init(parsing bytes: [UInt8]) throws(WireFormatError) {
        guard bytes.isEmpty || String(validating: bytes, as: UTF8.self) != nil else {
            throw WireFormatError(.malformed, .whole, "the JSON is not UTF-8")
        }
        var scanner = JSONScanner(bytes)
        var values = 0
        self = try Self.value(&scanner, depth: 0, values: &values)
        try scanner.expectEnd()
    }

    private static func value(
        _ scanner: inout JSONScanner, depth: Int, values: inout Int
    ) throws(WireFormatError) -> JSONValue {
        values += 1
        guard depth < depthMax else {
            throw WireFormatError(.tooLarge, .byte(scanner.cursor), "values nested deeper than \(depthMax)")
        }
        guard values <= valuesMax else {
            throw WireFormatError(.tooLarge, .byte(scanner.cursor), "more than \(valuesMax) values")
        }
        switch try scanner.peek() {
        case .object:
            var members: [String: JSONValue] = [:]
            var count = values
            try scanner.object { scanner, key throws(WireFormatError) in
                members[key] = try value(&scanner, depth: depth + 1, values: &count)
            }
            values = count
            return .object(members)
        case .array:
            var elements: [JSONValue] = []
            var count = values
            try scanner.array { scanner throws(WireFormatError) in
                elements.append(try value(&scanner, depth: depth + 1, values: &count))
            }
            values = count
            return .array(elements)
        case .text: return .text(try scanner.string())
        case .number: return .number(String(decoding: scanner.bytes[try scanner.numberRange()], as: UTF8.self))
        case .bool: return .bool(try scanner.bool())
        case .null:
            _ = try scanner.null()
            return .null
        }
    }
}

extension JSONValue {
    /// The member `key` of an object; nil for a null, too.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members[key], value != .null else { return nil }
        return value
    }

    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    package var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }

    /// A text, a number or a boolean as text; nil for what has parts and for null.
    package var scalarText: String? {
        switch self {
        case .text(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .object, .array, .null: nil
        }
    }

    /// For messages: what stands where something else was expected.
    package var kind: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .text: "a text"
        case .number: "a number"
        case .bool: "a boolean"
        case .null: "null"
        }
    }
}
