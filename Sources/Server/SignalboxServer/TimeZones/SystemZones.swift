package import Basics
// Named zones are not in FoundationEssentials.
import Foundation
import Synchronization

/// The time zones that come with Foundation (ICU's data, part of the program), as rules that engines compute with.
package enum SystemZones {
    /// The zone's name stands for a place, `Europe/Berlin`, or is UTC. Abbreviations and offsets are refused: they
    /// know no summer time.
    package static func rules(_ name: String) -> ZoneRules? {
        guard name.contains("/") || name == "UTC" || name == "GMT" else { return nil }
        return named(name)
    }

    /// The same for any name that a zone database has, `CET` and `Japan` too, as files of others may write it.
    static func named(_ name: String) -> ZoneRules? {
        if name == "UTC" { return .utc }
        // Of what is only an abbreviation Foundation guesses the zone.
        guard TimeZone.knownTimeZoneIdentifiers.contains(name) || TimeZone.abbreviationDictionary[name] == nil,
            let zone = TimeZone(identifier: name)
        else { return nil }
        var transitions: [ZoneRules.Transition] = []
        var time = Date(timeIntervalSince1970: 0)
        let first = Int64(zone.secondsFromGMT(for: time))
        var offset = first
        while let next = zone.nextDaylightSavingTimeTransition(after: time), next > time, next < end {
            time = next
            let new = Int64(zone.secondsFromGMT(for: next))
            // A change of the name alone sets no clock.
            if new != offset {
                transitions.append(
                    ZoneRules.Transition(
                        atSeconds: Int64(next.timeIntervalSince1970.rounded()), offsetSeconds: new))
            }
            offset = new
        }
        return ZoneRules(name: name, firstOffsetSeconds: first, transitions: transitions)
    }

    /// The same without working them out each time; for names that come again and again, as in templates.
    static func remembered(_ name: String) -> ZoneRules? {
        if let known = known.withLock({ $0[name] }) { return known }
        let rules = named(name)
        known.withLock { known in
            if known.count >= knownMax { known = [:] }
            known[name] = .some(rules)
        }
        return rules
    }

    private static let known = Mutex<[String: ZoneRules?]>([:])
    /// Zones and what is none of them; beyond it all are forgotten: names may be made of labels.
    private static let knownMax = 1000

    /// 2100-01-01: later ones count as if the clocks were no longer set.
    private static let end = Date(timeIntervalSince1970: 4_102_444_800)

    /// Names that may have been meant, the likeliest first.
    static func near(_ name: String) -> [String] {
        let wanted = name.lowercased()
        let city = wanted.split(separator: "/").last.map(String.init) ?? wanted
        let all = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") } + ["UTC"]
        let ranked = all.map { known -> (name: String, distance: Int) in
            let lower = known.lowercased()
            let knownCity = lower.split(separator: "/").last.map(String.init) ?? lower
            if lower == wanted { return (known, 0) }
            if knownCity == city { return (known, 1) }
            return (known, 1 + min(EditDistance.between(lower, wanted), EditDistance.between(knownCity, city) + 1))
        }
        return ranked.filter { $0.distance <= max(2, name.count / 3) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }
}
