internal import Basics

/// A date as text, in ISO 8601 from a year to nanoseconds: the instants it may stand for, since what is left out
/// can be anything.
struct DateText {
    /// With what is left out at its least.
    var first: Int64
    /// With hours and smaller units that are left out at their most; months and days that are left out stay the
    /// first, as in Elasticsearch.
    var last: Int64

    /// `2026`, `2026-11`, `2026-11-26`, `2026-11-26T14`, `…T14:05`, `…T14:05:09`, `…T14:05:09.123456789`, with `Z`,
    /// `+01:00`, `+0100` or `+01` behind a time, or a space in place of the `T`.
    init?(_ text: some StringProtocol, zone: ZoneRules) {
        var reader = DateReader(text)
        let isNegative = reader.take("-")
        guard let year = reader.number(4), let date = Self.date(&reader, year: isNegative ? -year : year) else {
            return nil
        }
        var time = TimeOfDay()
        var offset: Int64?
        if !reader.isAtEnd {
            guard reader.take("T") || reader.take("t") || reader.take(" "), reader.time(into: &time) else {
                return nil
            }
            if !reader.isAtEnd {
                guard let seconds = reader.offset() else { return nil }
                offset = seconds
            }
        }
        guard reader.isAtEnd, (-9999...9999).contains(date.year) else { return nil }
        func instant(_ seconds: Int64, _ nanoseconds: Int64) -> Int64 {
            let local = date.daysSinceEpoch * 86_400 + seconds
            let whole = offset.map { local - $0 } ?? zone.instant(ofLocalSeconds: local).wholeSeconds
            return ZonedCalendar.nanoseconds(whole, and: nanoseconds)
        }
        let first = instant(time.firstSeconds, time.nanoseconds ?? 0)
        let last = instant(time.lastSeconds, time.nanoseconds ?? 999_999_999)
        self.first = first
        self.last = time.lastNanoseconds.map { first.addingSaturated($0) } ?? last
    }

    private static func date(_ reader: inout DateReader, year: Int64) -> CivilDate? {
        var date = CivilDate(year: year, month: 1, day: 1)
        guard reader.take("-") else { return date }
        guard let month = reader.number(2), (1...12).contains(month) else { return nil }
        date.month = month
        guard reader.take("-") else { return date }
        guard let day = reader.number(2), day >= 1, day <= CivilDate.daysInMonth(year: year, month: month) else {
            return nil
        }
        date.day = day
        return date
    }
}

/// A time of day whose smaller units may be left out.
struct TimeOfDay {
    var hour: Int64?
    var minute: Int64?
    var second: Int64?
    var nanoseconds: Int64?
    /// What the digits of a fraction leave open.
    var lastNanoseconds: Int64?

    var firstSeconds: Int64 { (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0) }
    var lastSeconds: Int64 { (hour ?? 23) * 3600 + (minute ?? 59) * 60 + (second ?? 59) }
}

struct DateReader {
    let bytes: [UInt8]
    var index = 0

    init(_ text: some StringProtocol) { bytes = Array(text.utf8.prefix(64)) }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 else { return nil }
        index += 1
        return Int64(bytes[index - 1] - 48)
    }

    mutating func number(_ digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let next = digit() else { return nil }
            value = value * 10 + next
        }
        return value
    }

    mutating func time(into time: inout TimeOfDay) -> Bool {
        guard let hour = number(2), hour < 24 else { return false }
        time.hour = hour
        guard take(":") else { return true }
        guard let minute = number(2), minute < 60 else { return false }
        time.minute = minute
        guard take(":") else { return true }
        guard let second = number(2), second < 61 else { return false }
        time.second = second
        guard take(".") || take(",") else { return true }
        var value: Int64 = 0
        var count = 0
        while let next = digit() {
            if count < 9 { value = value * 10 + next }
            count += 1
        }
        guard count > 0 else { return false }
        for _ in 0..<max(0, 9 - count) { value *= 10 }
        time.nanoseconds = value
        // Three digits name a millisecond, whose last nanosecond is still meant.
        time.lastNanoseconds = count >= 9 ? 0 : (count <= 3 ? 999_999 : (count <= 6 ? 999 : 0))
        return true
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2), hours <= 18 else { return nil }
        var minutes: Int64 = 0
        if take(":") || !isAtEnd {
            guard let more = number(2), more < 60 else { return nil }
            minutes = more
        }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
}
