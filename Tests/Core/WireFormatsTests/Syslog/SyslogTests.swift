import Testing
import WireFormats

@Suite("Syslog")
struct SyslogTests {
    private let received: Int64 = 1_764_150_000_000_000_000  // 2025-11-26T09:40:00Z

    private func fields(_ message: String) throws -> [String: String] {
        var decoder = SyslogDecoder()
        let bytes = Array(message.utf8).withUnsafeBytes {
            decoder.document($0, receivedAt: received, sender: "10.0.0.1")
        }
        let members = try JSONValue(parsing: bytes).members ?? [:]
        return members.compactMapValues(\.scalarText)
    }

    @Test("RFC 5424 with structured data")
    func new() throws {
        let found = try fields(
            "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog 42 ID47 "
                + "[exampleSDID@32473 iut=\"3\" eventSource=\"App \\\"x\\\"\"][b@1 c=\"d\"] \u{feff}An event")
        #expect(found["@timestamp"] == "2003-10-11T22:14:15.003Z")
        #expect(found["message"] == "An event")
        #expect(found["host.hostname"] == "mymachine.example.com")
        #expect(found["process.name"] == "evntslog" && found["process.pid"] == "42")
        #expect(found["log.syslog.msgid"] == "ID47")
        #expect(found["log.syslog.facility.name"] == "local4" && found["log.level"] == "notice")
        #expect(found["log.syslog.structured_data.exampleSDID@32473.eventSource"] == "App \"x\"")
        #expect(found["log.syslog.structured_data.b@1.c"] == "d")
        #expect(found["log.source.address"] == "10.0.0.1")
    }

    @Test("RFC 5424 with nothing but dashes")
    func dashes() throws {
        let found = try fields("<13>1 - - - - - - text")
        #expect(found["message"] == "text" && found["@timestamp"] == nil && found["host.hostname"] == nil)
    }

    @Test("RFC 3164, its year guessed, with and without parts")
    func old() throws {
        let found = try fields("<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed")
        #expect(found["@timestamp"] == "2025-10-11T22:14:15.000Z")
        #expect(
            found["host.hostname"] == "mymachine" && found["process.name"] == "su" && found["process.pid"] == "12")
        #expect(found["message"] == "'su root' failed")
        #expect(try fields("<34>Dec  1 22:14:15 m su: x")["@timestamp"] == "2025-12-01T22:14:15.000Z")
        #expect(try fields("<34>Dec 31 22:14:15 m su: x")["@timestamp"] == "2024-12-31T22:14:15.000Z")
        #expect(try fields("<34>2025-11-26T09:39:00.5+01:00 m su: x")["@timestamp"] == "2025-11-26T08:39:00.500Z")
        #expect(try fields("<34>su: x y")["message"] == "su: x y")
    }

    @Test(
        "what is no syslog is a message all the same",
        arguments: ["hello", "", "<", "<999>x", "<1", "<12>", "<12>1 "])
    func other(text: String) throws { #expect(try fields(text)["message"] != nil) }

    @Test("the line end of a datagram, or of a message behind its length, belongs to no message")
    func lineEnds() throws {
        #expect(try fields("<13>1 - - - - - - text\n")["message"] == "text")
        #expect(try fields("<13>Oct 11 22:14:15 m a: two\nlines\r\n\0")["message"] == "two\nlines")
        #expect(try fields("\n")["message"]?.isEmpty == true)
    }

    @Test("messages are cut by length, by newline and by zero, in pieces of any size")
    func frames() throws {
        let stream = Array("5 hello<1>a\r\n<2>b\u{0}\n11 with\nnewline3 end".utf8)
        for size in 1...stream.count {
            var frames = SyslogFrames()
            var found: [String] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                try frames.take(stream[start..<min(start + size, stream.count)]) {
                    found.append(String(decoding: $0, as: UTF8.self))
                }
            }
            #expect(found == ["hello", "<1>a", "<2>b", "with\nnewlin", "e3 end"].prefix(found.count) + [])
        }
        var frames = SyslogFrames()
        #expect(throws: SyslogFrames.TooLong.self) { try frames.take(Array("99999999 x".utf8)) { _ in } }
    }
}
