internal import Basics

/// Times of documents in nanoseconds since 1970: ISO 8601 as Elasticsearch's `strict_date_optional_time` takes it,
/// with a fraction of any length and any offset, or milliseconds, as a number or as its digits.
package enum RecordTime {
    private static let nanosecondsOfSecond: Int64 = 1_000_000_000

    /// Nil when it is no time, or one that 64 bits of nanoseconds cannot hold (before 1677, after 2262).
    package static func nanoseconds(milliseconds: Int64) -> Int64? {
        let (product, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return overflows ? nil : product
    }

    package static func nanoseconds(milliseconds: Double) -> Int64? {
        let whole = milliseconds.rounded(.down)
        guard abs(whole) < 9.2e12 else { return nil }
        return Int64(whole) * 1_000_000 + Int64(((milliseconds - whole) * 1_000_000).rounded())
    }

    package static func nanoseconds(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { nanoseconds(UnsafeRawBufferPointer($0)) }
    }

    package static func nanoseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
        let signs = text.first == UInt8(ascii: "-") ? 1 : 0
        let digits = text.count - signs
        if digits > 4 || signs == 1, digits <= 18, text.dropFirst(signs).allSatisfy({ $0 &- 48 < 10 }) {
            let value = text.dropFirst(signs).reduce(Int64(0)) { $0 * 10 + Int64($1 &- 48) }
            return digits > 0 ? nanoseconds(milliseconds: signs == 1 ? -value : value) : nil
        }
        var reader = Reader(text)
        return reader.time()
    }

    /// `2026-11-23T04:00:00.123456789Z`: with three, six or nine digits of fraction, as many as it takes.
    package static func text(nanoseconds: Int64) -> String {
        var bytes: [UInt8] = []
        let days = floorDivide(nanoseconds, 86_400 * nanosecondsOfSecond)
        let rest = nanoseconds &- days &* 86_400 &* nanosecondsOfSecond
        let date = CivilDate(daysSinceEpoch: days)
        func digits(_ value: Int64, _ width: Int) {
            let start = bytes.count
            var value = value
            for _ in 0..<width {
                bytes.insert(UInt8(48 + value % 10), at: start)
                value /= 10
            }
        }
        digits(date.year, 4)
        bytes.append(UInt8(ascii: "-"))
        digits(date.month, 2)
        bytes.append(UInt8(ascii: "-"))
        digits(date.day, 2)
        bytes.append(UInt8(ascii: "T"))
        let seconds = rest / nanosecondsOfSecond
        digits(seconds / 3600, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(seconds / 60 % 60, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(seconds % 60, 2)
        bytes.append(UInt8(ascii: "."))
        let fraction = rest % nanosecondsOfSecond
        if fraction % 1_000_000 == 0 {
            digits(fraction / 1_000_000, 3)
        } else if fraction % 1000 == 0 {
            digits(fraction / 1000, 6)
        } else {
            digits(fraction, 9)
        }
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    private struct Reader {
        let text: UnsafeRawBufferPointer
        var position = 0

        init(_ text: UnsafeRawBufferPointer) { self.text = text }

        var byte: UInt8 { position < text.count ? text[position] : 0 }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard byte == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func number(_ width: Int) -> Int64? {
            guard position + width <= text.count else { return nil }
            var value: Int64 = 0
            for _ in 0..<width {
                guard byte &- 48 < 10 else { return nil }
                value = value * 10 + Int64(byte &- 48)
                position += 1
            }
            return value
        }

        /// What is left out is the beginning of the year, month, day, hour or minute; without an offset it is UTC.
        mutating func time() -> Int64? {
            guard let year = number(4) else { return nil }
            var (month, day, seconds, fraction): (Int64, Int64, Int64, Int64) = (1, 1, 0, 0)
            if take("-") {
                guard let value = number(2), (1...12).contains(value) else { return nil }
                month = value
                if take("-") {
                    guard let value = number(2), value >= 1, value <= CivilDate.daysInMonth(year: year, month: month)
                    else { return nil }
                    day = value
                }
            }
            if take("T") || take("t") || take(" "), position < text.count {
                guard let hour = number(2), hour < 24 else { return nil }
                seconds = hour * 3600
                if take(":") {
                    guard let minute = number(2), minute < 60 else { return nil }
                    seconds += minute * 60
                    if take(":") {
                        // A leap second is the first of the next minute.
                        guard let second = number(2), second <= 60 else { return nil }
                        seconds += second
                        guard let value = nanosecondsOfFraction() else { return nil }
                        fraction = value
                    }
                }
            }
            guard let offset = offsetSeconds(), position == text.count else { return nil }
            let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
            let (product, overflows) = (days * 86_400 + seconds - offset)
                .multipliedReportingOverflow(by: RecordTime.nanosecondsOfSecond)
            let (sum, overflowsToo) = product.addingReportingOverflow(fraction)
            return overflows || overflowsToo ? nil : sum
        }

        /// Digits past the ninth are cut.
        private mutating func nanosecondsOfFraction() -> Int64? {
            guard take(".") || take(",") else { return 0 }
            var value: Int64 = 0
            var digits = 0
            while byte &- 48 < 10 {
                if digits < 9 { value = value * 10 + Int64(byte &- 48) }
                digits += 1
                position += 1
            }
            guard digits > 0 else { return nil }
            for _ in 0..<max(0, 9 - digits) { value *= 10 }
            return value
        }

        /// East of UTC: `Z`, `+01`, `+0100`, `+01:00`, with a blank before it or not.
        private mutating func offsetSeconds() -> Int64? {
            if position == text.count || take("Z") || take("z") { return 0 }
            _ = take(" ")
            let isEast = take("+")
            guard isEast || take("-"), let hours = number(2), hours <= 18 else { return nil }
            var seconds = hours * 3600
            if position < text.count {
                _ = take(":")
                guard let minutes = number(2), minutes < 60 else { return nil }
                seconds += minutes * 60
            }
            return isEast ? seconds : -seconds
        }
    }
}
