import Notifiers
import Response
import SignalModel
import Testing

@Suite struct MailMessageTests {
    private func mail(
        _ notification: Notification, from: String = "Signalbox <signalbox@example.org>",
        to: [String] = ["ann@example.org"]
    ) throws -> (headers: [String: String], parts: [String]) {
        let sender = try #require(MailAddress(from))
        let text = MailMessage(notification, from: sender, to: to.compactMap { MailAddress($0) }).text
        #expect(!text.replacing("\r\n", with: "").utf8.contains { $0 == 10 || $0 == 13 }, "bare line ends")
        #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 998 && $0.utf8.allSatisfy { $0 < 0x80 } })
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        let unfolded = text[..<end.lowerBound].replacing("\r\n ", with: " ")
        var headers: [String: String] = [:]
        for line in unfolded.split(separator: "\r\n") {
            let colon = try #require(line.firstIndex(of: ":"), "\(line)")
            let name = String(line[..<colon])
            #expect(headers[name] == nil, "\(name) twice")
            headers[name] = String(line[line.index(after: colon)...].dropFirst())
        }
        let type = try #require(headers["Content-Type"])
        let boundary = try #require(type.firstRange(of: "boundary=\"")).upperBound
        let mark = "--" + type[boundary...].dropLast()
        let parts = text[end.upperBound...].split(separator: mark).map(String.init)
        return (headers, parts)
    }

    @Test("the headers thread by page, tell machines to be quiet, and say it is urgent")
    func headers() throws {
        let headers = try mail(Notifications.make()).headers
        #expect(headers["From"] == "\"Signalbox\" <signalbox@example.org>")
        #expect(headers["To"] == "ann@example.org")
        #expect(headers["Subject"] == "[P0] FIRING: Front door answers 5xx")
        #expect(headers["Date"] == "Mon, 23 Nov 2026 04:12:00 +0000")
        #expect(headers["Auto-Submitted"] == "auto-generated")
        #expect(headers["Importance"] == "high")
        #expect(headers["MIME-Version"] == "1.0")
        #expect(headers["References"] == headers["In-Reply-To"])
        #expect(headers["Message-ID"]?.hasPrefix("<page-7-2F1-2Fann-2Fout.") == true)
        #expect(headers["Message-ID"]?.hasSuffix("@example.org>") == true)
        #expect(headers["X-Signalbox-Key"] == "page-7%2F1%2Fann%2Fout")
    }

    @Test("the same key is the same message id; another key another; one page one thread")
    func threading() throws {
        let first = try mail(Notifications.make()).headers
        let again = try mail(Notifications.make()).headers
        let later = try mail(Notifications.make(kind: .resolved, status: .resolved, key: "page-7/2/ann/out")).headers
        let other = try mail(Notifications.make(pageID: "page-8", key: "page-8/1/ann/out")).headers
        #expect(first["Message-ID"] == again["Message-ID"])
        #expect(first["Message-ID"] != later["Message-ID"])
        #expect(first["References"] == later["References"])
        #expect(first["References"] != other["References"])
    }

    @Test("long keys that differ at the end stay different")
    func longKeys() throws {
        let long = String(repeating: "k", count: 300)
        let first = try mail(Notifications.make(key: long + "1")).headers["Message-ID"]
        let second = try mail(Notifications.make(key: long + "2")).headers["Message-ID"]
        #expect(first != second)
        #expect((first?.count ?? 999) < 100)
    }

    @Test("both parts say the same, and HTML from outside stays text")
    func parts() throws {
        let hostile = "<script>alert(1)</script> & \"quoted\""
        let parts = try mail(Notifications.make(title: hostile, annotations: ["summary": "päd"])).parts
        #expect(parts.count == 3)
        #expect(parts[0].contains("Content-Type: text/plain; charset=utf-8"))
        #expect(parts[0].contains("p=C3=A4d"))
        #expect(parts[1].contains("Content-Type: text/html; charset=utf-8"))
        #expect(!parts[1].contains("<script"))
        #expect(parts[1].replacing("=\r\n", with: "").contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;"))
        #expect(parts[2] == "--\r\n")
    }

    @Test(
        "no text can add a header, a recipient or a part",
        arguments: [
            "x\r\nBcc: thief@example.org", "x\nBcc: thief@example.org", "x\rBcc: y", "x\u{0}\u{85}Bcc: y",
            "x\u{2028}Bcc: y", "=?utf-8?q?=0D=0ABcc:_y?=", "x\r\n\r\n--=_page-7\r\nContent-Type: text/html",
            "x\r\n.\r\nMAIL FROM:<thief@example.org>",
        ])
    func injection(text: String) throws {
        let expected = try Set(mail(Notifications.make()).headers.keys)
        let notification = Notifications.make(
            kind: .acknowledged, status: .acknowledged, title: text, annotations: ["summary": text], actor: text,
            text: text, pageID: text, person: text, key: text)
        let (headers, parts) = try mail(notification)
        #expect(Set(headers.keys).isSubset(of: expected))
        #expect(headers["Bcc"] == nil)
        #expect(parts.count == 3)
    }
}
