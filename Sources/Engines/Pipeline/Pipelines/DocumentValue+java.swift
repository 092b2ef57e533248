internal import SignalModel

/// What Java makes of values, where Elasticsearch's texts and results show it.
extension DocumentValue {
    var javaClass: String {
        switch self {
        case .null: "null"
        case .bool: "java.lang.Boolean"
        case .integer(let value): Int32(exactly: value) == nil ? "java.lang.Long" : "java.lang.Integer"
        case .double: "java.lang.Double"
        case .string: "java.lang.String"
        case .array: "java.util.ArrayList"
        case .object: "java.util.HashMap"
        }
    }

    /// `toString()`.
    var javaText: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .double(let value): Self.javaText(value)
        case .string(let value): value
        case .array(let elements): "[" + elements.map(\.javaText).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.members.map { "\($0.name)=\($0.value.javaText)" }.joined(separator: ", ") + "}"
        }
    }

    static func javaText(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let text = "\(value)"
        guard let exponent = text.firstIndex(of: "e") else { return text }
        let mantissa = text[..<exponent]
        let power = text[text.index(after: exponent)...].replacing("+", with: "")
        return (mantissa.contains(".") ? mantissa : mantissa + ".0") + "E" + power
    }
}
