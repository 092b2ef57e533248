import Basics
import Foundation
import TestKit
import Testing

@Suite("Zones")
struct ZoneRulesTests {
    private static func seconds(_ text: String) -> Int64 { RFC3339.parse(text)!.milliseconds / 1000 }

    @Test(
        "a local time happens when the clocks first show it or a later one",
        arguments: [
            (ZoneRules.berlin, "2026-03-29T01:59:59", "2026-03-29T00:59:59Z"),
            // Left out: 02:00 to 03:00.
            (.berlin, "2026-03-29T02:00:00", "2026-03-29T01:00:00Z"),
            (.berlin, "2026-03-29T02:30:00", "2026-03-29T01:00:00Z"),
            (.berlin, "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
            (.berlin, "2026-03-29T03:00:01", "2026-03-29T01:00:01Z"),
            // Twice: 02:00 to 03:00.
            (.berlin, "2026-10-25T01:59:59", "2026-10-24T23:59:59Z"),
            (.berlin, "2026-10-25T02:00:00", "2026-10-25T00:00:00Z"),
            (.berlin, "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
            (.berlin, "2026-10-25T03:00:00", "2026-10-25T02:00:00Z"),
            (.berlin, "2026-01-01T00:00:00", "2025-12-31T23:00:00Z"),
            (.lordHowe, "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"),
            (.lordHowe, "2026-04-05T02:00:00", "2026-04-04T15:30:00Z"),
            (.lordHowe, "2026-10-04T02:00:00", "2026-10-03T15:30:00Z"),
            (.lordHowe, "2026-10-04T02:15:00", "2026-10-03T15:30:00Z"),
            (.lordHowe, "2026-10-04T02:30:00", "2026-10-03T15:30:00Z"),
        ])
    func instants(zone: ZoneRules, local: String, expected: String) {
        let instant = zone.instant(ofLocalSeconds: Self.seconds(local + "Z"))
        #expect(RFC3339.format(instant) == expected)
    }

    @Test(
        "what the clocks have shown never goes back, and what was shown happened",
        arguments: [ZoneRules.berlin, .lordHowe])
    func monotone(zone: ZoneRules) {
        var previous = Int64.min
        for seconds in stride(
            from: Self.seconds("2026-01-01T00:00:00Z"), to: Self.seconds("2027-01-01T00:00:00Z"), by: 300)
        {
            let time = Timestamp(milliseconds: seconds * 1000)
            let latest = zone.latestLocalSeconds(at: time)
            #expect(latest >= previous && latest >= zone.localSeconds(at: time))
            #expect(zone.instant(ofLocalSeconds: latest) <= time)
            #expect(zone.instant(ofLocalSeconds: latest + 1) > time)
            previous = latest
        }
    }

    @Test("UTC is UTC, also before 1970")
    func utc() {
        #expect(ZoneRules.utc.localSeconds(at: Timestamp(milliseconds: -1500)) == -2)
        #expect(ZoneRules.utc.instant(ofLocalSeconds: -7).milliseconds == -7000)
    }

    @Test("what is written is read back, and so is what journals of an older build hold")
    func coding() throws {
        let written = try JSONEncoder().encode(ZoneRules.lordHowe)
        #expect(try JSONDecoder().decode(ZoneRules.self, from: written) == .lordHowe)
        let older = #"{"firstOffsetSeconds":3600,"changes":[{"atSeconds":1774746000,"offsetSeconds":7200}]}"#
        let read = try JSONDecoder().decode(ZoneRules.self, from: Data(older.utf8))
        #expect(read.offsetSeconds(at: Timestamp(milliseconds: 1_774_745_999_999)) == 3600)
        #expect(read.offsetSeconds(at: Timestamp(milliseconds: 1_774_746_000_000)) == 7200)
    }

    @Test(
        "weeks begin on Monday",
        arguments: [("2026-11-23", 0), ("2026-11-29", 6), ("1969-12-29", 0), ("1970-01-01", 3)])
    func weekdays(date: String, weekday: Int64) {
        let local = Self.seconds(date + "T12:00:00Z")
        #expect(CivilWeek.weekday(ofDay: floorDivide(local, CivilWeek.daySeconds)) == weekday)
        #expect(CivilWeek.start(ofWeekAt: local) == local - 43_200 - weekday * 86_400)
    }
}
