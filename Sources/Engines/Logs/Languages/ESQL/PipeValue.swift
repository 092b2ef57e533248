internal import Basics
package import SignalModel

/// A value of a row of an ES|QL query.
package enum PipeValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case long(Int64)
    case double(Double)
    case text(String)
    /// Nanoseconds since 1970.
    case date(Int64)
    /// A length of time: one unit of the calendar so many times.
    case span(Int64, CalendarUnit)
    /// Of an array.
    case several([PipeValue])

    init(_ value: FieldValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .long(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .text(value)
        }
    }

    var number: Double? {
        switch self {
        case .long(let value): Double(value)
        case .double(let value): value
        case .date(let nanoseconds): Double(nanoseconds / 1_000_000)
        default: nil
        }
    }

    /// As `TO_STRING` makes it; nil for null.
    var string: String? {
        switch self {
        case .null: nil
        case .bool(let value): value ? "true" : "false"
        case .long(let value): String(value)
        case .double(let value): value.description
        case .text(let value): value
        case .date(let value): DateWriter.iso(value, zone: .utc, withNanoseconds: false)
        case .span(let count, let unit): "\(count) \(unit)"
        case .several(let values): values.compactMap(\.string).joined(separator: ",")
        }
    }

    /// As columns of an answer call it.
    package var type: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .long: "long"
        case .double: "double"
        case .text: "keyword"
        case .date: "date"
        case .span: "date_period"
        case .several(let values): values.first?.type ?? "null"
        }
    }

    var values: [PipeValue] {
        switch self {
        case .null: []
        case .several(let values): values
        default: [self]
        }
    }

    /// With each value replaced by what `body` makes of it.
    func each(_ body: (PipeValue) -> PipeValue) -> PipeValue {
        guard case .several(let values) = self else { return self == .null ? .null : body(self) }
        return .several(values.map(body))
    }

    package var json: DocumentValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .long(let value): .integer(value)
        case .double(let value): value.isFinite ? .double(value) : .null
        case .text, .date, .span: string.map { .string($0) } ?? .null
        case .several(let values): .array(values.map(\.json))
        }
    }

    /// The same for values that are equal: a field is a number here, its text there.
    var grouped: PipeValue {
        switch self {
        case .double(let value): return Int64(exactly: value).map { .long($0) } ?? self
        case .text("true"): return .bool(true)
        case .text("false"): return .bool(false)
        case .text(let text):
            guard let first = text.utf8.first, first &- 0x30 < 10 || first == UInt8(ascii: "-"), text.utf8.count <= 24
            else { return self }
            if let whole = Int64(text), String(whole) == text { return .long(whole) }
            if let number = Double(text), number.description == text { return PipeValue.double(number).grouped }
            return self
        default: return self
        }
    }

    var bytesCount: Int {
        switch self {
        case .text(let text): 32 + text.utf8.count
        case .several(let values): values.reduce(32) { $0 + $1.bytesCount }
        default: 32
        }
    }

    /// Below zero when the left one is less; nil when they cannot be compared.
    static func compare(_ left: PipeValue, _ right: PipeValue) -> Int? {
        func order<Value: Comparable>(_ first: Value, _ second: Value) -> Int? {
            first < second ? -1 : first > second ? 1 : first == second ? 0 : nil
        }
        switch (left, right) {
        case (.text(let first), .text(let second)): return order(first, second)
        case (.date(let first), .date(let second)): return order(first, second)
        case (.long(let first), .long(let second)): return order(first, second)
        case (.bool(let first), .bool(let second)): return order(first ? 1 : 0, second ? 1 : 0)
        case (.date(let first), .text(let second)):
            return DateText(second, zone: .utc).flatMap { order(first, $0.first) }
        case (.text(let first), .date(let second)):
            return DateText(first, zone: .utc).flatMap { order($0.first, second) }
        // A field is a number here and a text there: values count, not types.
        case (.text(let first), .long), (.text(let first), .double):
            guard let number = Double(first), let second = right.number else { return nil }
            return order(number, second)
        case (.long, .text(let second)), (.double, .text(let second)):
            guard let number = Double(second), let first = left.number else { return nil }
            return order(first, number)
        case (.bool(let first), .text(let second)): return second == (first ? "true" : "false") ? 0 : nil
        case (.text(let first), .bool(let second)): return first == (second ? "true" : "false") ? 0 : nil
        default:
            guard let first = left.number, let second = right.number else { return nil }
            return order(first, second)
        }
    }
}
