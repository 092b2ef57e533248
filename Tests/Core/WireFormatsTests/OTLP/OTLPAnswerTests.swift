import Testing
import WireFormats

@Suite("What an OTLP receiver says")
struct OTLPAnswerTests {
    @Test("a refusal's message is read back, with and without what follows it")
    func message() {
        #expect(OTLPAnswer.message(ofStatus: OTLPAnswer.status(code: 3, "größer")) == "größer")
        #expect(OTLPAnswer.message(ofStatus: OTLPAnswer.status(code: 14, "later", retryAfterSeconds: 300)) == "later")
    }

    @Test(
        "bytes that are no refusal have no message",
        arguments: [[], [0xff], [0x12, 0x05, 0x61], [0x0a, 0x01, 0x61]])
    func malformed(bytes: [UInt8]) {
        #expect(OTLPAnswer.message(ofStatus: bytes) == "")
    }
}
