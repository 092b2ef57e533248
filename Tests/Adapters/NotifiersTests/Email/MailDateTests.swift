import Notifiers
import Testing

@Suite struct MailDateTests {
    @Test(
        "dates are those of RFC 5322",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (1_795_407_120_999, "Mon, 23 Nov 2026 04:12:00 +0000"),
            (1_709_164_799_000, "Wed, 28 Feb 2024 23:59:59 +0000"),
            (1_709_164_800_000, "Thu, 29 Feb 2024 00:00:00 +0000"), (-1, "Thu, 01 Jan 1970 00:00:00 +0000"),
        ])
    func format(milliseconds: Int64, text: String) {
        #expect(MailDate.format(milliseconds: milliseconds) == text)
    }
}
