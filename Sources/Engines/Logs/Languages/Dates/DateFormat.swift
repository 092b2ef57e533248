package import Basics

/// One of Elasticsearch's formats for dates, to read and to write.
package struct DateFormat: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case iso(nanoseconds: Bool)
        case epochMilliseconds
        case epochSeconds
        case pattern(DatePattern)
    }

    package let name: String
    let kind: Kind

    /// `strict_date_optional_time||epoch_millis`.
    package static let standard = [
        DateFormat(name: "strict_date_optional_time", kind: .iso(nanoseconds: false)),
        DateFormat(name: "epoch_millis", kind: .epochMilliseconds),
    ]

    /// Formats separated by `||`; nil stands for the standard ones.
    package static func list(_ text: String?) throws(LogQueryError) -> [DateFormat] {
        guard let text else { return standard }
        var formats: [DateFormat] = []
        var rest = Substring(text)
        while true {
            let end = Self.bars(rest) ?? rest.endIndex
            formats.append(try DateFormat(String(rest[..<end])))
            guard end < rest.endIndex else { return formats }
            rest = rest[rest.index(end, offsetBy: 2)...]
        }
    }

    private static func bars(_ text: Substring) -> Substring.Index? {
        text.indices.first { text[$0...].hasPrefix("||") }
    }

    init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    init(_ name: String) throws(LogQueryError) {
        self.name = name
        switch name {
        case "strict_date_optional_time", "date_optional_time", "iso8601", "strict_date_time", "date_time",
            "dateOptionalTime", "strict_date", "date":
            kind = .iso(nanoseconds: false)
        case "strict_date_optional_time_nanos", "strict_date_time_nanos": kind = .iso(nanoseconds: true)
        case "epoch_millis": kind = .epochMilliseconds
        case "epoch_second": kind = .epochSeconds
        case "basic_date": kind = .pattern(try DatePattern("yyyyMMdd"))
        case "basic_date_time": kind = .pattern(try DatePattern("yyyyMMdd'T'HHmmss.SSSX"))
        case "basic_date_time_no_millis": kind = .pattern(try DatePattern("yyyyMMdd'T'HHmmssX"))
        case "date_hour_minute_second", "strict_date_hour_minute_second":
            kind = .pattern(try DatePattern("yyyy-MM-dd'T'HH:mm:ss"))
        case "year", "strict_year": kind = .pattern(try DatePattern("yyyy"))
        case "year_month", "strict_year_month": kind = .pattern(try DatePattern("yyyy-MM"))
        case "year_month_day", "strict_year_month_day": kind = .pattern(try DatePattern("yyyy-MM-dd"))
        default: kind = .pattern(try DatePattern(name))
        }
    }

    func instant(_ text: String, roundingUp: Bool, zone: ZoneRules) -> Int64? {
        switch kind {
        case .iso:
            guard let date = DateText(text, zone: zone) else { return nil }
            return roundingUp ? date.last : date.first
        case .epochMilliseconds: return Self.epoch(text, unitNanoseconds: 1_000_000, roundingUp: roundingUp)
        case .epochSeconds: return Self.epoch(text, unitNanoseconds: ZonedCalendar.second, roundingUp: roundingUp)
        case .pattern(let pattern): return pattern.instant(text, roundingUp: roundingUp, zone: zone)
        }
    }

    /// Whole units, of which a fraction may follow.
    private static func epoch(_ text: String, unitNanoseconds: Int64, roundingUp: Bool) -> Int64? {
        if let whole = Int64(text) {
            let (product, isTooFar) = whole.multipliedReportingOverflow(by: unitNanoseconds)
            if isTooFar { return whole < 0 ? .min : .max }
            return product
                &+ (roundingUp && product < .max - unitNanoseconds ? min(unitNanoseconds, 1_000_000) - 1 : 0)
        }
        guard let value = Double(text), value.isFinite, abs(value) * Double(unitNanoseconds) < 9e18,
            text.utf8.contains(UInt8(ascii: "."))
        else { return nil }
        return Int64(value * Double(unitNanoseconds))
    }

    /// A time as this format writes it.
    package func text(_ nanoseconds: Int64, zone: ZoneRules) -> String {
        switch kind {
        case .iso(let isFine): return DateWriter.iso(nanoseconds, zone: zone, withNanoseconds: isFine)
        case .epochMilliseconds: return String(floorDivide(nanoseconds, 1_000_000))
        case .epochSeconds: return String(floorDivide(nanoseconds, ZonedCalendar.second))
        case .pattern(let pattern): return pattern.text(nanoseconds, zone: zone)
        }
    }
}
