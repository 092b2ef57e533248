import FoundationEssentials

/// JSON of any shape, as exports have it.
enum JSONValue: Decodable {
    case object([String: JSONValue])
    case array([JSONValue])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([JSONValue].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    subscript(key: String) -> JSONValue {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    /// Elements of a list; none of anything else.
    var list: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    /// A text, or a number's.
    var text: String? {
        switch self {
        case .string(let text): text
        case .number(let number) where number == number.rounded() && abs(number) < 1e15: String(Int64(number))
        default: nil
        }
    }
    var integer: Int64? {
        switch self {
        case .number(let number) where number == number.rounded() && abs(number) < 1e15: Int64(number)
        case .string(let text): Int64(text)
        default: nil
        }
    }
    var isNull: Bool { if case .null = self { true } else { false } }
    var isTrue: Bool { if case .bool(let bool) = self { bool } else { false } }

    /// The things an export has: one under `singular`, a list under `plural`, or what the API's envelopes hold.
    func all(_ singular: String, _ plural: String) -> [JSONValue] {
        var found = self[plural].list + self[plural]["results"].list + self[plural]["data"].list
        if !self[singular].isNull { found.append(self[singular]) }
        return found
    }
}
