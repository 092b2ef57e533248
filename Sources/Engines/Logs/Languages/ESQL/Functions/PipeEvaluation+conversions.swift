internal import Basics

extension PipeEvaluation {
    /// A value as another type has it; null where it has none.
    func converted(_ function: PipeFunction, _ value: PipeValue) -> PipeValue {
        switch function {
        case .toString: return value.string.map { .text($0) } ?? .null
        case .toDouble:
            if case .text(let text) = value { return Double(text).map { .double($0) } ?? .null }
            if case .bool(let flag) = value { return .double(flag ? 1 : 0) }
            return value.number.map { .double($0) } ?? .null
        case .toBoolean:
            if case .text(let text) = value { return .bool(text.lowercased() == "true") }
            if case .bool = value { return value }
            return value.number.map { .bool($0 != 0) } ?? .null
        case .toDatetime:
            if case .date = value { return value }
            if case .text(let text) = value {
                return DateText(text, zone: context.zone).map { .date($0.first) } ?? .null
            }
            guard let milliseconds = value.number, Swift.abs(milliseconds) < 9e12 else { return .null }
            return .date(Int64(milliseconds * 1e6))
        default:
            guard case .long(let whole) = Self.whole(value) else { return .null }
            return function == .toInteger && Int32(exactly: whole) == nil ? .null : .long(whole)
        }
    }

    private static func whole(_ value: PipeValue) -> PipeValue {
        switch value {
        case .long: return value
        case .bool(let flag): return .long(flag ? 1 : 0)
        case .text(let text):
            if let whole = Int64(text) { return .long(whole) }
            return Double(text).flatMap(rounded) ?? .null
        case .date(let nanoseconds): return .long(floorDivide(nanoseconds, 1_000_000))
        default: return value.number.flatMap(rounded) ?? .null
        }
    }

    private static func rounded(_ number: Double) -> PipeValue? {
        Swift.abs(number) < 9.2e18 ? .long(Int64(number.rounded())) : nil
    }
}
