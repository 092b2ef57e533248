import Basics
import Testing

@testable import Console

@Suite("Times for people")
struct TimeTextTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_500)

    @Test(
        "how long ago, or how soon, in words",
        arguments: [
            (0, "just now"), (999, "just now"), (1000, "1 s ago"), (59_999, "59 s ago"), (60_000, "1 min ago"),
            (3_600_000, "1 h ago"), (7_500_000, "2 h 5 min ago"), (277_200_000, "3 d 5 h ago"), (-30_000, "in 30 s"),
            (-300_000, "in 5 min"),
        ] as [(Int64, String)])
    func relative(_ ago: Int64, _ words: String) {
        let time = TimeText(milliseconds: Self.now.milliseconds - ago, now: Self.now)
        #expect(time.relative == words)
    }

    @Test(
        "whole seconds, by the clock of Greenwich, before 1970 too",
        arguments: [
            (1_700_000_000_500, "2023-11-14 22:13:20 UTC"), (0, "1970-01-01 00:00:00 UTC"),
            (-1, "1969-12-31 23:59:59 UTC"),
        ] as [(Int64, String)])
    func absolute(_ milliseconds: Int64, _ text: String) {
        #expect(TimeText(milliseconds: milliseconds, now: Self.now).absolute == text)
    }

    @Test(
        "what something took keeps the digits that matter",
        arguments: [
            (Duration.microseconds(42), "42 µs"), (.microseconds(2400), "2.4 ms"), (.milliseconds(850), "850 ms"),
            (.milliseconds(1250), "1.25 s"),
        ])
    func precise(_ span: Duration, _ text: String) { #expect(DurationWords.precise(span) == text) }
}
