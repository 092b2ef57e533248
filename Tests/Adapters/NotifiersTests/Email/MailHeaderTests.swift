import Notifiers
import Testing

@Suite struct MailHeaderTests {
    private static let table: [(String, String)] = [
        ("plain words", "Subject: plain words\r\n"),
        ("", "Subject:\r\n"),
        ("a:b, c; d", "Subject: a:b, c; d\r\n"),
        ("größer", "Subject: =?utf-8?q?gr=C3=B6=C3=9Fer?=\r\n"),
        ("=?x?=", "Subject: =?utf-8?q?=3D=3Fx=3F=3D?=\r\n"),
        ("é (1)", "Subject: =?utf-8?q?=C3=A9_=281=29?=\r\n"),
        ("a\r\nb", "Subject: =?utf-8?q?a_b?=\r\n"),
    ]

    @Test("a value is plain where it can be and encoded where it must be", arguments: table)
    func line(value: String, expected: String) {
        #expect(MailHeader.line("Subject", value) == expected)
    }

    @Test(
        "lines are folded within 78 characters and encoded words within 75",
        arguments: [
            String(repeating: "word ", count: 60), String(repeating: "🔥", count: 100),
            String(repeating: "x", count: 400), String(repeating: "ä ö ", count: 100),
        ])
    func folding(value: String) {
        let header = MailHeader.line("Subject", value)
        #expect(header.hasSuffix("\r\n"))
        for line in header.split(separator: "\r\n").enumerated() {
            #expect(line.element.utf8.count <= 78)
            #expect(line.offset == 0 || line.element.hasPrefix(" "))
            for word in line.element.split(separator: " ") where word.hasPrefix("=?") {
                #expect(word.utf8.count <= 75 && word.hasSuffix("?="))
            }
        }
    }

    @Test("names before addresses are quoted or encoded")
    func addresses() throws {
        let addresses = try ["Ops, Team <ops@example.org>", "Jürgen <j@example.org>", "c@example.org"].map {
            try #require(MailAddress($0))
        }
        #expect(
            MailHeader.addressLine("To", addresses)
                == "To: \"Ops, Team\" <ops@example.org>, =?utf-8?q?J=C3=BCrgen?= <j@example.org>,\r\n c@example.org\r\n"
        )
    }
}
