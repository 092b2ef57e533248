package import Basics

/// What a query means depends on: when it is asked, and where.
package struct LogQueryContext: Sendable {
    /// What `now` is, since 1970.
    package var nowNanoseconds: Int64
    /// In whose time dates without an offset are, and days begin.
    package var zone: ZoneRules
    /// Zones by their name in the zone database.
    package var zones: @Sendable (String) -> ZoneRules?

    package init(
        nowNanoseconds: Int64, zone: ZoneRules = .utc,
        zones: @escaping @Sendable (String) -> ZoneRules? = { _ in nil }
    ) {
        self.nowNanoseconds = nowNanoseconds
        self.zone = zone
        self.zones = zones
    }

    /// A zone as Elasticsearch takes it: `Europe/Prague`, `+02:00`, `-0730`, `UTC`, `Z`.
    package func zone(named name: String) throws(LogQueryError) -> ZoneRules {
        if name == "UTC" || name == "Z" || name == "GMT" { return .utc }
        if let seconds = Self.offsetSeconds(name) {
            return ZoneRules(name: name, firstOffsetSeconds: seconds, transitions: [])
        }
        guard let rules = zones(name) else {
            throw LogQueryError(.argument, "unknown time zone [\(name)]: write one as Europe/Prague or +02:00")
        }
        return rules
    }

    private static func offsetSeconds(_ text: String) -> Int64? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.utf8.count == 4 || digits.utf8.count == 2, let number = Int64(digits) else { return nil }
        let (hours, minutes) = digits.utf8.count == 2 ? (number, 0) : (number / 100, number % 100)
        guard hours <= 18, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }
}
