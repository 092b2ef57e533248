import Basics
import Testing

@Suite("RFC 3339 times")
struct RFC3339Tests {
    @Test(
        "parse and print",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-23T04:00:00.5Z", 1_795_406_400_500),
            ("2000-02-29T23:59:59.999Z", 951_868_799_999), ("1969-12-31T23:59:59Z", -1000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ] as [(String, Int64)])
    func roundTrip(text: String, milliseconds: Int64) {
        #expect(RFC3339.parse(text) == Timestamp(milliseconds: milliseconds))
        #expect(RFC3339.format(Timestamp(milliseconds: milliseconds)) == text)
    }

    @Test("an offset is taken off", arguments: ["2026-11-23T05:00:00+01:00", "2026-11-22t23:00:00.000000-05:00"])
    func offsets(text: String) {
        #expect(RFC3339.parse(text) == RFC3339.parse("2026-11-23T04:00:00Z"))
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "２026-01-01T00:00:00Z",
        ])
    func refused(text: String) { #expect(RFC3339.parse(text) == nil) }

    @Test("every day of four centuries survives the way to a count and back")
    func days() {
        for day: Int64 in -80_000...80_000 { #expect(CivilDate(daysSinceEpoch: day).daysSinceEpoch == day) }
    }
}
