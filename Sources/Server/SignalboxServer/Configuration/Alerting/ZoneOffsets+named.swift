import Alerting
import Foundation

extension ZoneOffsets {
    /// Changes are looked up between these years; before and after, the nearest offset holds.
    private static let (firstYear, lastYear) = (2015, 2056)

    /// Nil when the machine's zone database does not know `name`.
    static func named(_ name: String) -> ZoneOffsets? {
        if name == "UTC" { return .utc }
        guard TimeZone.knownTimeZoneIdentifiers.contains(name) || TimeZone.abbreviationDictionary[name] == nil,
            let zone = TimeZone(identifier: name)
        else { return nil }
        let yearSeconds = 31_556_952.0
        var time = Date(timeIntervalSince1970: Double(firstYear - 1970) * yearSeconds)
        let end = Date(timeIntervalSince1970: Double(lastYear - 1970) * yearSeconds)
        let first = Int64(zone.secondsFromGMT(for: time))
        var changes: [Change] = []
        while let next = zone.nextDaylightSavingTimeTransition(after: time), next < end {
            changes.append(
                Change(
                    atSeconds: Int64(next.timeIntervalSince1970.rounded()),
                    offsetSeconds: Int64(zone.secondsFromGMT(for: next.addingTimeInterval(1)))))
            time = next
        }
        return ZoneOffsets(firstOffsetSeconds: first, changes: changes)
    }
}
