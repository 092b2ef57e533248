package import Basics

extension ZoneRules {
    /// Berlin in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    package static let berlin = ZoneRules(
        name: "Europe/Berlin", firstOffsetSeconds: 3600,
        transitions: [
            .init(atSeconds: seconds("2026-03-29T01:00:00Z"), offsetSeconds: 7200),
            .init(atSeconds: seconds("2026-10-25T01:00:00Z"), offsetSeconds: 3600),
        ])

    /// Lord Howe in 2026: half an hour, back on 4 April 15:00 UTC, forth on 3 October 15:30 UTC.
    package static let lordHowe = ZoneRules(
        name: "Australia/Lord_Howe", firstOffsetSeconds: 39_600,
        transitions: [
            .init(atSeconds: seconds("2026-04-04T15:00:00Z"), offsetSeconds: 37_800),
            .init(atSeconds: seconds("2026-10-03T15:30:00Z"), offsetSeconds: 39_600),
        ])

    /// Newfoundland's winter: three and a half hours behind UTC.
    package static let stJohns = ZoneRules(
        name: "America/St_Johns", firstOffsetSeconds: -12_600, transitions: [])

    private static func seconds(_ text: String) -> Int64 { RFC3339.parse(text)!.milliseconds / 1000 }
}
