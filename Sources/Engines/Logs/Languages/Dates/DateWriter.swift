internal import Basics

/// Instants as ISO 8601 writes them.
enum DateWriter {
    /// `2026-11-26T14:05:09.123Z`; with nanoseconds, as many digits of the fraction as are not zero, at least three.
    static func iso(_ nanoseconds: Int64, zone: ZoneRules, withNanoseconds: Bool) -> String {
        let calendar = ZonedCalendar(zone)
        let seconds = floorDivide(nanoseconds, ZonedCalendar.second)
        let offset = calendar.offsetSeconds(seconds)
        let local = seconds + offset
        let date = CivilDate(daysSinceEpoch: floorDivide(local, 86_400))
        let rest = floorModulo(local, 86_400)
        var text = padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T"
        text += padded(rest / 3600, 2) + ":" + padded(rest / 60 % 60, 2) + ":" + padded(rest % 60, 2)
        var fraction = padded(floorModulo(nanoseconds, ZonedCalendar.second), 9)
        let digitsMin = 3
        if withNanoseconds {
            while fraction.utf8.count > digitsMin, fraction.hasSuffix("0") { fraction.removeLast() }
        } else {
            fraction = String(fraction.prefix(digitsMin))
        }
        return text + "." + fraction + zoneText(offset)
    }

    static func zoneText(_ offset: Int64, withColon: Bool = true) -> String {
        if offset == 0 { return "Z" }
        let minutes = abs(offset) / 60
        return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + (withColon ? ":" : "") + padded(minutes % 60, 2)
    }

    static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
