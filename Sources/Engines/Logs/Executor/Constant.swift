internal import Basics
internal import SignalModel

/// A constant of a query, read in every way it can be compared: types are the values', not the query's.
struct Constant: Sendable {
    private let value: QueryValue
    let text: [UInt8]
    let integer: Int64?
    let double: Double?
    private let nanoseconds: Int64?

    init(_ value: QueryValue) {
        self.value = value
        switch value {
        case .bool(let bool):
            (text, integer, double, nanoseconds) = (Array((bool ? "true" : "false").utf8), nil, nil, nil)
        case .integer(let number):
            (text, integer, double, nanoseconds) = (Array(String(number).utf8), number, Double(number), nil)
        case .double(let number):
            (text, integer, double, nanoseconds) = (
                Array(number.description.utf8), Int64(exactly: number), number, nil
            )
        case .string(let string):
            (text, integer, double, nanoseconds) = (Array(string.utf8), Int64(string), Self.number(string), nil)
        case .time(let time):
            (text, integer, double, nanoseconds) = ([], nil, nil, time)
        }
    }

    /// A string is equal to it when it has its text.
    var isText: Bool { nanoseconds == nil }

    /// It has an order with numbers.
    var isComparedWithNumbers: Bool { integer != nil || double != nil || nanoseconds != nil }

    /// As the time of a record.
    var asTime: Int64? {
        switch value {
        case .time(let time): time
        case .integer(let number): number
        case .string(let string): RFC3339.parse(string).map { $0.milliseconds * 1_000_000 }
        case .bool, .double: nil
        }
    }

    /// Whether it is equal to the value at `place`.
    func equals(_ list: borrowing ValueList, _ place: Int) -> Bool {
        switch list {
        case .integers(let values): order(values[place]) == 0
        case .doubles(let values): order(values[place]) == 0
        case .strings(let values): values.withBytes(place) { equals($0) }
        case .mixed(let values, let kinds):
            kinds[place] == .string
                ? values.withBytes(place) { equals($0) }
                : order(FieldValue(kind: kinds[place], text: values[place])) == 0
        }
    }

    func equals(_ string: UnsafeRawBufferPointer) -> Bool {
        guard nanoseconds == nil else { return order(string) == 0 }
        return string.elementsEqual(text)
    }

    /// Below zero when the value is less than the constant; nil when the two cannot be compared.
    func order(_ list: borrowing ValueList, _ place: Int) -> Int? {
        switch list {
        case .integers(let values): order(values[place])
        case .doubles(let values): order(values[place])
        case .strings(let values): values.withBytes(place) { order($0) }
        case .mixed(let values, let kinds):
            kinds[place] == .string
                ? values.withBytes(place) { order($0) }
                : order(FieldValue(kind: kinds[place], text: values[place]))
        }
    }

    func order(_ number: Int64) -> Int? {
        if let nanoseconds { return Self.order(number, floorDivide(nanoseconds, 1_000_000)) }
        if let integer { return Self.order(number, integer) }
        return double.flatMap { Self.order(Double(number), $0) }
    }

    func order(_ number: Double) -> Int? {
        if let nanoseconds { return Self.order(number, Double(nanoseconds) / 1e6) }
        return double.flatMap { Self.order(number, $0) }
    }

    /// Strings by their bytes; against a number as the number they spell, against a time as the date.
    func order(_ string: UnsafeRawBufferPointer) -> Int? {
        switch value {
        case .string, .bool: return Self.order(string, text)
        case .integer, .double:
            guard let number = Self.number(String(decoding: string, as: UTF8.self)), let double else { return nil }
            return Self.order(number, double)
        case .time(let time):
            guard let date = RFC3339.parse(String(decoding: string, as: UTF8.self)) else { return nil }
            return Self.order(date.milliseconds, floorDivide(time, 1_000_000))
        }
    }

    private func order(_ other: FieldValue) -> Int? {
        switch other {
        case .null: return nil
        case .bool(let bool):
            switch value {
            case .bool(let constant): return bool == constant ? 0 : bool ? 1 : -1
            case .string(let constant): return constant == (bool ? "true" : "false") ? 0 : nil
            default: return nil
            }
        case .integer(let number): return order(number)
        case .double(let number): return order(number)
        case .string: return nil
        }
    }

    /// A number as JSON spells it; not `nan`, `inf` or hexadecimal.
    private static func number(_ text: String) -> Double? {
        guard let last = text.utf8.last, last &- 0x30 < 10, let first = text.utf8.first,
            first == UInt8(ascii: "-") || first &- 0x30 < 10, !text.utf8.contains(UInt8(ascii: "x"))
        else { return nil }
        return Double(text)
    }

    private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> Int? {
        left < right ? -1 : left > right ? 1 : left == right ? 0 : nil
    }

    private static func order(_ left: UnsafeRawBufferPointer, _ right: [UInt8]) -> Int {
        if left.lexicographicallyPrecedes(right) { return -1 }
        return left.elementsEqual(right) ? 0 : 1
    }
}
