internal import Basics
internal import WireFormats

/// One of the formats that a date may have: a name or a pattern.
enum DateFormat: Sendable {
    case iso8601, unix, unixMilliseconds, tai64n
    case pattern(DatePattern)

    /// `a||b` is either.
    static func formats(_ text: String) throws(DatePattern.Invalid) -> [DateFormat] {
        var formats: [DateFormat] = []
        var rest = text[...]
        while let bar = rest.range(of: "||") {
            formats.append(try DateFormat(String(rest[..<bar.lowerBound])))
            rest = rest[bar.upperBound...]
        }
        return formats + [try DateFormat(String(rest))]
    }

    private init(_ name: String) throws(DatePattern.Invalid) {
        switch name {
        case "ISO8601", "iso8601", "strict_date_optional_time", "strict_date_optional_time_nanos",
            "date_optional_time":
            self = .iso8601
        case "UNIX", "epoch_second": self = .unix
        case "UNIX_MS", "epoch_millis": self = .unixMilliseconds
        case "TAI64N": self = .tai64n
        default: self = .pattern(try DatePattern(name.hasPrefix("8") ? String(name.dropFirst()) : name))
        }
    }

    /// Nanoseconds since 1970. Without a zone of its own the text is in `zone`; without a year it is in the last one
    /// in which it is not more than a day after `received`.
    func nanoseconds(
        _ text: String, _ zone: DateZone, received: Int64, _ rules: (String) -> ZoneRules?
    ) -> Int64? {
        switch self {
        case .iso8601: return Self.iso8601(text, zone)
        case .unix:
            guard let seconds = ConvertProcessor.double(text), abs(seconds) < 9.2e9 else { return nil }
            let whole = seconds.rounded(.down)
            return Int64(whole) * 1_000_000_000 + Int64(((seconds - whole) * 1000).rounded()) * 1_000_000
        case .unixMilliseconds: return Int64(text).flatMap { RecordTime.nanoseconds(milliseconds: $0) }
        case .tai64n: return Self.tai64n(text)
        case .pattern(let pattern):
            guard let parts = DateReader.parts(text, pattern, rules) else { return nil }
            return parts.nanoseconds(zone, received: received)
        }
    }

    private static func iso8601(_ text: String, _ zone: DateZone) -> Int64? {
        guard !text.allSatisfy(\.isNumber) || text.count == 4, let time = RecordTime.nanoseconds(text) else {
            return nil
        }
        let afterDate = text.drop { $0 != "T" && $0 != "t" && $0 != " " }
        if afterDate.contains(where: { "Zz+-".contains($0) }) { return time }
        let local = floorDivide(time, 1_000_000_000)
        return zone.seconds(ofLocal: local) * 1_000_000_000 + floorModulo(time, 1_000_000_000)
    }

    /// `@` and 24 hexadecimal digits; ten seconds lie between its scale and UTC as this format uses it.
    private static func tai64n(_ text: String) -> Int64? {
        let digits = text.first == "@" ? text.dropFirst() : text[...]
        guard digits.count == 24, let seconds = Int64(digits.dropFirst().prefix(15), radix: 16),
            let nanoseconds = Int64(digits.suffix(8), radix: 16), digits.first == "4"
        else { return nil }
        return (seconds - 10) * 1_000_000_000 + nanoseconds
    }
}

extension DateReader.Parts {
    fileprivate func nanoseconds(_ zone: DateZone, received: Int64) -> Int64? {
        guard let year else {
            let zoneNow = self.zone ?? zone
            let seconds = floorDivide(received, 1_000_000_000)
            let now = floorDivide(seconds + zoneNow.offsetSeconds(atSeconds: seconds), 86_400)
            let current = CivilDate(daysSinceEpoch: now).year
            let time = nanoseconds(zone, year: current)
            let dayNanoseconds: Int64 = 86_400_000_000_000
            if let time, time <= received + dayNanoseconds { return time }
            return nanoseconds(zone, year: current - 1) ?? time
        }
        return nanoseconds(zone, year: year)
    }

    private func nanoseconds(_ zone: DateZone, year: Int64) -> Int64? {
        var days: Int64
        if let dayOfYear {
            guard dayOfYear <= (CivilDate.isLeap(year) ? 366 : 365) else { return nil }
            days = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + dayOfYear - 1
        } else {
            let month = month ?? 1
            let day = day ?? 1
            guard day <= CivilDate.daysInMonth(year: year, month: month) else { return nil }
            days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        }
        let hour = hour ?? (halfHour ?? 0) + (isAfternoon == true ? 12 : 0)
        let local = days * 86_400 + hour * 3600 + (minute ?? 0) * 60 + (second ?? 0)
        let seconds = (self.zone ?? zone).seconds(ofLocal: local)
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflows ? nil : product + (nanosecond ?? 0)
    }
}
