import Basics
import Notifiers
import Response
import SignalModel
import Testing

@Suite("Voice and SMS by Twilio")
struct TwilioNotifierTests {
    private static let account = "AC0123456789abcdef0123456789abcdef"
    private static let token = "twilio-auth-token-value"

    private func deliver(
        _ kind: TwilioSettings.Kind, _ answer: LocalHTTPReceiver.Answer,
        _ notification: Notification = Notifications.make(address: "+491701234567", channel: "call"),
        from: String = "+15005550006", detectsMachines: Bool = false
    ) async throws -> (DeliveryResult, [LocalHTTPReceiver.Request]) {
        let receiver = try await LocalHTTPReceiver.start(answer)
        let sender = HTTPSender(clock: SystemClock())
        let settings = TwilioSettings(
            kind: kind, accountSID: Self.account, authToken: Secret(Self.token), from: from, url: receiver.url,
            detectsMachines: detectsMachines)
        #expect(settings.problems.isEmpty)
        let notifier = try #require(
            TwilioNotifier(settings, externalURL: "https://signalbox.example", links: .fixture, sender: sender))
        let result = await notifier.deliver(notification)
        expectNoLeak(result, of: [Self.token])
        try await sender.shutdown()
        try await receiver.stop()
        return (result, receiver.received)
    }

    private static let statuses: [(LocalHTTPReceiver.Answer, Outcome)] = [
        (.status(201, body: #"{"sid":"SM1","status":"queued","error_code":null}"#), .accepted("SM1")),
        (.status(200, body: #"{"sid":"SM2"}"#), .accepted("SM2")), (.status(201, body: "<html>"), .permanent),
        (.status(400, body: #"{"code":21211,"message":"Invalid 'To' Phone Number","status":400}"#), .permanent),
        (.status(401), .permanent), (.status(403), .permanent), (.status(404), .permanent),
        (.status(429, body: #"{"code":20429,"message":"Too Many Requests"}"#), .retry(after: nil)),
        (.status(500), .retry(after: nil)), (.status(503, headers: [("Retry-After", "2")]), .retry(after: 2000)),
        (.close, .retry(after: nil)),
    ]

    @Test("each answer has its outcome", arguments: statuses)
    func statusTable(answer: LocalHTTPReceiver.Answer, expected: Outcome) async throws {
        for kind in [TwilioSettings.Kind.voice, .sms] {
            let (result, requests) = try await deliver(kind, answer)
            #expect(Outcome(result) == expected, "\(result)")
            #expect(requests.count == 1)
        }
    }

    @Test("Twilio's own words are told, without the token")
    func words() async throws {
        let (result, _) = try await deliver(
            .sms, .status(400, body: #"{"code":21610,"message":"stopped \#(Self.token)","status":400}"#))
        #expect(result.reason.hasSuffix("answered 400: stopped <secret>, error 21610"), "\(result)")
    }

    @Test("a call is these very bytes: where to ask what to say, and where to tell what became of it")
    func call() async throws {
        let (_, requests) = try await deliver(.voice, .status(201, body: #"{"sid":"CA1"}"#), detectsMachines: true)
        let request = try #require(requests.first)
        #expect(request.uri == "/2010-04-01/Accounts/\(Self.account)/Calls.json")
        #expect(
            request.header("Authorization")
                == "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0d2lsaW8tYXV0aC10b2tlbi12YWx1ZQ==")
        #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
        let callback = "https%3A%2F%2Fsignalbox.example%2Fops%2Fv1%2Fchannels%2Ftwilio"
        let message = TwilioCallback(key: "page-7/1/ann/out", page: "page-7", person: "ann").text
        let events = ["initiated", "ringing", "answered", "completed"].map { "StatusCallbackEvent=\($0)" }
        #expect(
            request.body
                == "To=%2B491701234567&From=%2B15005550006&Url=\(callback)%2Fvoice%2Fcall%3Fm%3D\(message)%26n%3D0"
                + "&StatusCallback=\(callback)%2Fstatus%2Fcall%3Fm%3D\(message)&" + events.joined(separator: "&")
                + "&Timeout=30&MachineDetection=Enable")
    }

    @Test("an SMS is these very bytes, with a code to answer and a link")
    func message() async throws {
        let notification = Notifications.make(pageID: "12-abcd", address: "+491701234567", channel: "text")
        let service = "MG0123456789abcdef0123456789abcdef"
        let (_, requests) = try await deliver(
            .sms, .status(201, body: #"{"sid":"SM1"}"#), notification, from: service)
        let request = try #require(requests.first)
        #expect(request.uri == "/2010-04-01/Accounts/\(Self.account)/Messages.json")
        let link = try #require(LinkSigner.fixture.acknowledgeURL(notification))
        let text =
            "[P0] FIRING: Front door answers 5xx\n"
            + "Reply 12a to acknowledge, 12e to escalate, 12c to resolve.\n\(link)"
        let status = TwilioCallback(key: "page-7/1/ann/out", page: "12-abcd", person: "ann")
            .statusURL("https://signalbox.example", channel: "text")
        #expect(
            request.body
                == "To=%2B491701234567&MessagingServiceSid=\(service)&Body=\(FormBody.escape(text))"
                + "&StatusCallback=\(FormBody.escape(status))&ValidityPeriod=600")
    }

    @Test("an SMS about what is over asks for no answer, and none is longer than Twilio takes")
    func texts() {
        let over = SMSText.make(Notifications.make(kind: .resolved, status: .resolved), acknowledgeURL: nil)
        #expect(over == "[P0] RESOLVED: Front door answers 5xx")
        let long = String(repeating: "👩‍🚒", count: 5000)
        let text = SMSText.make(Notifications.make(title: long, text: long), acknowledgeURL: "https://x/link/y")
        #expect(text.utf16.count <= SMSText.charactersMax)
    }

    @Test("nobody is called for what is no page")
    func onlyPages() async throws {
        let over = Notifications.make(
            kind: .resolved, status: .resolved, address: "+491701234567", channel: "call")
        let (result, requests) = try await deliver(.voice, .status(201, body: #"{"sid":"CA1"}"#), over)
        #expect(Outcome(result) == .permanent)
        #expect(requests.isEmpty)
    }

    @Test("an address that is no number is refused for good")
    func badNumber() async throws {
        for address in ["", "0170", "+49x", "ann@example.org"] {
            let (result, requests) = try await deliver(
                .sms, .status(201), Notifications.make(address: address, channel: "text"))
            #expect(Outcome(result) == .permanent)
            #expect(requests.isEmpty)
        }
    }

    @Test("settings that cannot work are refused without being shown")
    func problems() {
        let bad = TwilioSettings(kind: .voice, accountSID: "AC1", authToken: "", from: "MG1", url: "twilio").problems
        #expect(bad.count == 4)
        #expect(!bad.joined().contains("AC1"))
    }
}
