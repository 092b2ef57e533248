internal import Basics

/// Reads a text by a pattern.
struct DateReader {
    struct Parts {
        var year: Int64?
        var month: Int64?
        var day: Int64?
        var dayOfYear: Int64?
        var hour: Int64?
        var halfHour: Int64?
        var isAfternoon: Bool?
        var minute: Int64?
        var second: Int64?
        var nanosecond: Int64?
        var zone: DateZone?
    }

    private let text: [UInt8]
    private var position = 0
    private var parts = Parts()
    private let rules: (String) -> ZoneRules?

    /// Nil when the text does not follow the pattern to its end.
    static func parts(_ text: String, _ pattern: DatePattern, _ rules: (String) -> ZoneRules?) -> Parts? {
        withoutActuallyEscaping(rules) { rules in
            var reader = DateReader(text: Array(text.utf8), rules: rules)
            guard reader.read(pattern.elements[...]), reader.position == reader.text.count else { return nil }
            return reader.parts
        }
    }

    private init(text: [UInt8], rules: @escaping (String) -> ZoneRules?) {
        self.text = text
        self.rules = rules
    }

    private mutating func read(_ elements: ArraySlice<DatePattern.Element>) -> Bool {
        for index in elements.indices {
            let next = index + 1 < elements.endIndex ? elements[index + 1] : nil
            guard read(elements[index], isFollowedByDigits: next?.isNumeric == true) else { return false }
        }
        return true
    }

    private mutating func read(_ element: DatePattern.Element, isFollowedByDigits: Bool) -> Bool {
        switch element {
        case .literal(let literal):
            guard text[position...].starts(with: literal.utf8) else { return false }
            position += literal.utf8.count
        case .year(let width):
            guard let value = digits(width, max: width == 2 || isFollowedByDigits ? width : 9) else { return false }
            parts.year = width == 2 ? 2000 + value : value
        case .month(let width): return take(\.month, width, 1...12, isFollowedByDigits)
        case .monthName: return takeName(DatePattern.months) { $0.parts.month = Int64($1) + 1 }
        case .day(let width): return take(\.day, width, 1...31, isFollowedByDigits)
        case .dayOfYear(let width):
            guard let value = digits(width, max: 3), (1...366).contains(value) else { return false }
            parts.dayOfYear = value
        case .weekday: return takeName(DatePattern.weekdays) { _, _ in }
        case .weekdayNumber: return digits(1, max: 1) != nil
        case .half: return takeName(["AM", "PM"], short: 2) { $0.parts.isAfternoon = $1 == 1 }
        case .hour(let width, let isHalf, let fromOne):
            let range: ClosedRange<Int64> = isHalf ? (fromOne ? 1...12 : 0...11) : (fromOne ? 1...24 : 0...23)
            guard let hour = number(width, range, isFollowedByDigits) else { return false }
            if isHalf { parts.halfHour = hour % 12 } else { parts.hour = hour % 24 }
        case .minute(let width): return take(\.minute, width, 0...59, isFollowedByDigits)
        case .second(let width): return take(\.second, width, 0...60, isFollowedByDigits)
        case .fraction(let width):
            guard var value = digits(width, max: width) else { return false }
            for _ in width..<9 { value *= 10 }
            parts.nanosecond = value
        case .nanosecond(let width):
            guard let value = digits(width, max: 9) else { return false }
            parts.nanosecond = value
        case .offset(let style): return takeOffset(style)
        case .zone: return takeZone()
        case .optional(let inner):
            let before = self
            if !read(inner[...]) { self = before }
        }
        return true
    }

    private mutating func digits(_ width: Int, max: Int) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while count < max, position < text.count, text[position] &- 48 < 10 {
            value = value * 10 + Int64(text[position] &- 48)
            position += 1
            count += 1
        }
        return count >= width || width == 1 && count > 0 ? value : nil
    }

    private mutating func number(_ width: Int, _ range: ClosedRange<Int64>, _ isFollowedByDigits: Bool) -> Int64? {
        guard let value = digits(width, max: width == 1 && isFollowedByDigits ? 1 : 2), range.contains(value) else {
            return nil
        }
        return value
    }

    private mutating func take(
        _ part: WritableKeyPath<Parts, Int64?>, _ width: Int, _ range: ClosedRange<Int64>, _ isFollowedByDigits: Bool
    ) -> Bool {
        guard let value = number(width, range, isFollowedByDigits) else { return false }
        parts[keyPath: part] = value
        return true
    }

    /// A name, or its first letters, in whatever case.
    private mutating func takeName(
        _ names: [String], short: Int = 3, _ found: (inout DateReader, Int) -> Void
    ) -> Bool {
        for isShort in [false, true] {
            for (index, name) in names.enumerated() {
                let letters = isShort ? Array(name.utf8.prefix(short)) : Array(name.utf8)
                guard text.count - position >= letters.count,
                    zip(text[position...], letters).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
                else { continue }
                position += letters.count
                // English abbreviations of Java 17 and later: Sept.
                if isShort, name == "September", position < text.count, text[position] == UInt8(ascii: "t") {
                    position += 1
                }
                found(&self, index)
                return true
            }
        }
        return false
    }

    private mutating func takeOffset(_ style: String) -> Bool {
        if style.first == "X", position < text.count, text[position] == UInt8(ascii: "Z") {
            position += 1
            parts.zone = .utc
            return true
        }
        if style == "O" {
            guard text[position...].starts(with: "GMT".utf8) else { return false }
            position += 3
            if position == text.count || text[position] != UInt8(ascii: "+") && text[position] != UInt8(ascii: "-") {
                parts.zone = .utc
                return true
            }
        }
        var end = position
        while end < text.count, end - position < 9,
            end == position ? text[end] == 0x2b || text[end] == 0x2d : text[end] &- 48 < 10 || text[end] == 0x3a
        { end += 1 }
        let part = Substring(decoding: text[position..<end], as: UTF8.self)
        guard let seconds = DateZone.offset(part), part.count >= 3 || style == "O" else { return false }
        // What the style writes with a colon is read with one.
        if style.count >= 3, style.count % 2 == 1, part.count > 3, !part.contains(":") { return false }
        if style.count == 2, part.contains(":") { return false }
        position = end
        parts.zone = .offset(seconds: seconds)
        return true
    }

    private mutating func takeZone() -> Bool {
        var end = position
        while end < text.count,
            text[end] | 0x20 &- 97 < 26 || text[end] &- 48 < 10 || [0x2f, 0x5f, 0x2b, 0x2d, 0x3a].contains(text[end])
        { end += 1 }
        while end > position {
            let name = String(decoding: text[position..<end], as: UTF8.self)
            if let zone = DateZone(name, rules) {
                parts.zone = zone
                position = end
                return true
            }
            end -= 1
        }
        return false
    }
}

extension DatePattern.Element {
    fileprivate var isNumeric: Bool {
        switch self {
        case .year, .month, .day, .dayOfYear, .weekdayNumber, .hour, .minute, .second, .fraction, .nanosecond: true
        default: false
        }
    }
}
