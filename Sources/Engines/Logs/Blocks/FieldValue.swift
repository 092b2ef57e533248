package import SignalModel

/// One value of one field.
package enum FieldValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)

    package var kind: LogBatch.Kind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .integer: .integer
        case .double: .double
        case .string: .string
        }
    }

    /// As a person reads it, and as it stands among values of several kinds.
    package var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): value.description
        case .string(let value): value
        }
    }

    init(kind: LogBatch.Kind, text: String) {
        switch kind {
        case .null: self = .null
        case .bool: self = .bool(text == "true")
        case .integer: self = .integer(Int64(text) ?? 0)
        case .double: self = .double(Double(text) ?? 0)
        case .string: self = .string(text)
        }
    }
}
