import Basics
import Notifiers
import Response
import Testing

@Suite("What Twilio calls back")
struct TwilioCallbackTests {
    private let form: [(name: String, value: String)] = [
        ("Digits", "1234"), ("CallSid", "CA1234567890ABCDE"), ("To", "+18005551212"), ("From", "+14158675309"),
        ("Caller", "+14158675309"),
    ]
    private let url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    @Test("the signature of Twilio's own documentation is made and believed")
    func documented() {
        let signature = TwilioSignature.make(url: url, form: form, token: "12345")
        #expect(signature == "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
        #expect(TwilioSignature.isValid(signature, url: url, form: form, token: "12345"))
    }

    @Test("a changed URL, pair, token or signature is not believed")
    func forged() {
        let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
        #expect(!TwilioSignature.isValid(signature, url: url + "3", form: form, token: "12345"))
        #expect(!TwilioSignature.isValid(signature, url: url, form: form + [("X", "")], token: "12345"))
        #expect(!TwilioSignature.isValid(signature, url: url, form: Array(form.dropLast()), token: "12345"))
        #expect(!TwilioSignature.isValid(signature, url: url, form: form, token: "12346"))
        for bad in ["", "x", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "QUFBQUFBQUFBQUFBQUFBQUFBQUE="] {
            #expect(!TwilioSignature.isValid(bad, url: url, form: form, token: "12345"))
        }
    }

    @Test("what a callback is about goes to Twilio and back")
    func reference() {
        let callback = TwilioCallback(key: "7-ab/page/1/0//call/+49 170", page: "7-ab", person: "ann bö")
        #expect(TwilioCallback(callback.text) == callback)
        for bad in ["", "x", "YQ", String(repeating: "A", count: 9999)] { #expect(TwilioCallback(bad) == nil) }
    }

    private static let calls: [(String, String, ConfirmationStatus, Int64)] = [
        ("queued", "", .underWay, 0), ("initiated", "", .underWay, 1), ("ringing", "", .underWay, 2),
        ("in-progress", "", .underWay, 3), ("completed", "", .delivered, 4), ("completed", "human", .delivered, 4),
        ("completed", "machine_start", .failed, 4), ("completed", "fax", .failed, 4), ("busy", "", .failed, 4),
        ("no-answer", "", .failed, 4), ("failed", "", .failed, 4), ("canceled", "", .failed, 4),
    ]

    @Test("a call's statuses rise, whatever the order they come in", arguments: calls)
    func callStatuses(status: String, answeredBy: String, expected: ConfirmationStatus, order: Int64) {
        let read = TwilioStatus(call: status, answeredBy: answeredBy)
        #expect((read?.status, read?.order) == (expected, order))
    }

    private static let messages: [(String, ConfirmationStatus, Int64)] = [
        ("queued", .underWay, 0), ("sending", .underWay, 1), ("sent", .underWay, 2), ("delivered", .delivered, 3),
        ("undelivered", .failed, 3), ("failed", .failed, 3),
    ]

    @Test("a message's statuses rise too; sent is not delivered", arguments: messages)
    func messageStatuses(status: String, expected: ConfirmationStatus, order: Int64) {
        let read = TwilioStatus(message: status, errorCode: "30003")
        #expect((read?.status, read?.order) == (expected, order))
        #expect(TwilioStatus(message: "flying", errorCode: "") == nil)
        #expect(TwilioStatus(call: "", answeredBy: "") == nil)
    }

    private static let replies: [(String, SMSReply)] = [
        ("12a", .act(.acknowledge, code: "12")), (" 12 A ", .act(.acknowledge, code: "12")),
        ("a12", .act(.acknowledge, code: "12")), ("ack 12", .act(.acknowledge, code: "12")),
        ("'12a'", .act(.acknowledge, code: "12")), ("12e", .act(.escalate, code: "12")),
        ("12c", .act(.resolve, code: "12")), ("close 12", .act(.resolve, code: "12")), ("aa", .acknowledgeAll),
        ("Ack all", .acknowledgeAll), ("STOP", .stop), ("Stop ", .stop), ("unsubscribe", .stop), ("START", .start),
        ("12", .unknown), ("1a2", .unknown), ("12x", .unknown), ("a", .unknown), ("", .unknown),
        ("thanks, I will look at it", .unknown), (String(repeating: "1", count: 100) + "a", .unknown),
    ]

    @Test("a person's answer is understood, or not acted on", arguments: replies)
    func reply(text: String, expected: SMSReply) { #expect(SMSReply(text) == expected) }

    @Test("what is said stays text: no title can add a verb")
    func twiML() {
        let text = TwiML.ask("</Say><Dial>+1</Dial>\u{1} & \"x\"", next: "https://x/v?m=a&n=1")
        #expect(
            text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <Response><Gather numDigits="1" timeout="10" action="https://x/v?m=a&amp;n=1"><Say>&lt;/Say&gt;\
                &lt;Dial&gt;+1&lt;/Dial&gt;  &amp; &quot;x&quot;</Say></Gather>\
                <Redirect>https://x/v?m=a&amp;n=1</Redirect></Response>
                """)
    }
}
