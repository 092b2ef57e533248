import Basics
import Testing

@Suite struct RetryAfterTests {
    /// 1994-11-06T08:49:07Z, half a minute before RFC 9110's example.
    private static let now = Timestamp(milliseconds: 784_111_747_000)

    @Test(
        "seconds and dates are understood, within an hour",
        arguments: [
            ("0", 0), ("120", 120_000), (" 5 ", 5000), ("99999999999999999999999", 3_600_000), ("86400", 3_600_000),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 30_000), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("Sun, 06 Nov 2094 08:49:37 GMT", 3_600_000),
        ])
    func understood(header: String, milliseconds: Int64) {
        #expect(RetryAfter.milliseconds(header, now: Self.now) == milliseconds)
    }

    @Test(
        "anything else is as if it were not there",
        arguments: ["", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT", "1e3"])
    func ignored(header: String) {
        #expect(RetryAfter.milliseconds(header, now: Self.now) == nil)
    }
}
