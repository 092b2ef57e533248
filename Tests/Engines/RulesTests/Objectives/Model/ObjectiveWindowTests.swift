import Basics
import Testing

@testable import Rules

@Suite("Windows of objectives")
struct ObjectiveWindowTests {
    private static func time(_ text: String) throws -> Timestamp { try #require(RFC3339.parse(text)) }

    @Test(
        "periods of the calendar begin where the anchor says",
        arguments: [
            (CalendarPeriod.Unit.month, "2026-02-10T12:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            (.month, "2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            (.month, "2026-03-01T00:01:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            (.quarter, "2025-12-31T23:00:00Z", "2025-10-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            (.year, "2024-02-29T00:00:00Z", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
            (.day, "2026-02-10T12:00:00Z", "2026-02-10T00:00:00Z", "2026-02-11T00:00:00Z"),
            (.week, "2026-01-09T00:00:00Z", "2026-01-08T00:00:00Z", "2026-01-15T00:00:00Z"),
        ])
    func periods(_ unit: CalendarPeriod.Unit, _ at: String, _ start: String, _ end: String) throws {
        let anchor = try Self.time("2026-01-01T00:00:00Z").milliseconds / 1000
        let window = ObjectiveWindow.calendar(CalendarPeriod(unit: unit, anchorSeconds: anchor), .utc)
        let bounds = window.bounds(at: try Self.time(at))
        #expect(bounds.start == (try Self.time(start)))
        #expect(bounds.end == (try Self.time(end)))
    }

    @Test("a rolling window ends now")
    func rolling() throws {
        let now = try Self.time("2026-02-10T12:00:00Z")
        let bounds = ObjectiveWindow.rolling(.seconds(86_400)).bounds(at: now)
        #expect(bounds.start == (try Self.time("2026-02-09T12:00:00Z")))
        #expect(bounds.end == now)
    }
}
