import Notifiers
import Testing

@Suite struct SMTPTranscriptTests {
    @Test("each reply stands beside its command, and what was authenticated with stands nowhere")
    func dialogue() {
        var transcript = SMTPTranscript()
        transcript.received("220 mx ready\r\n")
        transcript.sent("EHLO example.org\r\n")
        transcript.received("250-mx\r\n")
        transcript.received("250-STARTTLS\r\n250 AUTH LOGIN\r\n")
        transcript.sent("AUTH LOGIN\r\n")
        transcript.received("334 VXNlcm5hbWU6\r\n")
        transcript.sent("c2lnbmFsYm94\r\n")
        transcript.received("334 UGFzc3dvcmQ6\r\n")
        transcript.sent("czNjcmV0\r\n")
        transcript.received("235 welcome\r\n")
        transcript.sent("MAIL FROM:<a@b.c>\r\n")
        transcript.received("250 ok\r\n")
        transcript.sent("RCPT TO:<x@y.z>\r\n")
        transcript.received("550 5.1.1 who?\r\n")
        transcript.sent("DATA\r\n")
        transcript.received("354 go on\r\n")
        transcript.received("451 later\r\n")
        #expect(
            transcript.replies.map { "\($0.command) \($0.code)" } == [
                "connect 220", "EHLO 250", "AUTH 334", "AUTH 334", "AUTH 235", "MAIL 250", "RCPT TO:<x@y.z> 550",
                "DATA 354", "end of DATA 451",
            ])
        #expect(transcript.replies[1].text == "mx STARTTLS AUTH LOGIN")
        let everything = String(reflecting: transcript)
        #expect(!everything.contains("czNjcmV0") && !everything.contains("c2lnbmFsYm94"))
    }

    @Test(
        "what is no reply is left out",
        arguments: [
            "", "\r\n", "HTTP/1.1 400\r\n", "99 low\r\n", "999 high\r\n", "-50 x\r\n", "abc\r\n", "\u{0}\u{0}",
        ])
    func noReply(data: String) {
        var transcript = SMTPTranscript()
        transcript.received(data)
        #expect(transcript.replies.isEmpty)
    }

    @Test("a server that talks without end is not listened to for ever")
    func endless() {
        var transcript = SMTPTranscript()
        for _ in 0..<10_000 { transcript.received("250-\(String(repeating: "x", count: 2000))\r\n") }
        for _ in 0..<10_000 { transcript.received("250 x\r\n") }
        #expect(transcript.replies.count <= 200)
        #expect(transcript.replies.reduce(0) { $0 + $1.text.utf8.count } < 500_000)
    }
}
