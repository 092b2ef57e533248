import Testing

@testable import HTTPAPI

@Suite("Calendar feeds")
struct CalendarFeedTests {
    private func feed(_ summary: String) -> String {
        var feed = CalendarFeed(name: "On call; all, of it")
        feed.add(
            uid: "primary-1767600000000-ada@example.org", stamp: 1_767_000_000_999, from: 1_767_600_000_000,
            through: 1_768_204_800_000, summary: summary, description: "")
        return feed.text
    }

    @Test("lines end with CRLF, times are UTC to the second, texts are escaped")
    func lines() {
        let lines = feed("a,b;c\\d\ne\u{7}").split(separator: "\r\n", omittingEmptySubsequences: false).map(
            String.init)
        #expect(lines.first == "BEGIN:VCALENDAR" && lines.suffix(2) == ["END:VCALENDAR", ""])
        for line in [
            "X-WR-CALNAME:On call\\; all\\, of it", "DTSTAMP:20251229T092000Z", "DTSTART:20260105T080000Z",
            "DTEND:20260112T080000Z", "SUMMARY:a\\,b\\;c\\\\d\\ne",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test(
        "no line is longer than 75 octets, none is cut within a character, and unfolded they are whole",
        arguments: [
            String(repeating: "ü", count: 100), String(repeating: "👩‍🚒", count: 40), String(repeating: "a", count: 67),
        ])
    func folding(summary: String) {
        let text = feed(summary)
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            #expect(line.last == UInt8(ascii: "\r") && line.count <= 76)
            #expect(String(validating: Array(line), as: UTF8.self) != nil)
        }
        // By bytes: a fold may stand within what is one character on a screen.
        var bytes = Array(text.utf8)
        while let fold = bytes.firstRange(of: Array("\r\n ".utf8)) { bytes.removeSubrange(fold) }
        #expect(bytes.firstRange(of: Array("SUMMARY:\(summary)\r\n".utf8)) != nil)
    }
}
