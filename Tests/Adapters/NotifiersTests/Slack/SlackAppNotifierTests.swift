import Basics
import Foundation
import Notifiers
import Response
import SignalModel
import Testing

@Suite("Slack, as an app")
struct SlackAppNotifierTests {
    private static let token = "xoxb-bot-token-value"
    private static let secret = "signing-secret-value"
    private static let good = #"{"ok":true,"channel":"C1","ts":"17.25","message":{"text":"x"}}"#

    private func deliver(
        _ answer: LocalHTTPReceiver.Answer, _ notification: Response.Notification = Notifications.make(),
        posted: String? = nil
    ) async throws -> (DeliveryResult, [LocalHTTPReceiver.Request]) {
        let receiver = try await LocalHTTPReceiver.start(answer)
        let sender = HTTPSender(clock: SystemClock())
        let settings = SlackAppSettings(
            botToken: Secret(Self.token), signingSecret: Secret(Self.secret), channel: "#alerts",
            url: receiver.url + "/api")
        #expect(settings.problems.isEmpty)
        let notifier = try #require(SlackAppNotifier(settings, sender: sender))
        var notification = notification
        notification.posted = posted
        let result = await notifier.deliver(notification)
        expectNoLeak(result, of: [Self.token, Self.secret])
        try await sender.shutdown()
        try await receiver.stop()
        return (result, receiver.received)
    }

    private static func refusal(_ error: String) -> LocalHTTPReceiver.Answer {
        .status(200, body: #"{"ok":false,"error":"\#(error)"}"#)
    }

    private static let statuses: [(LocalHTTPReceiver.Answer, Outcome)] = [
        (.status(200, body: good), .posted("C1/17.25")), (refusal("channel_not_found"), .permanent),
        (refusal("invalid_auth"), .permanent), (refusal("is_archived"), .permanent),
        (refusal("internal_error"), .retry(after: nil)), (refusal("ratelimited"), .retry(after: nil)),
        (.status(200, body: "<html>"), .permanent), (.status(200, body: #"{"ok":true}"#), .permanent),
        (.status(429, headers: [("Retry-After", "30")]), .retry(after: 30_000)), (.status(500), .retry(after: nil)),
        (.status(404), .permanent), (.close, .retry(after: nil)),
    ]

    @Test("each answer has its outcome", arguments: statuses)
    func statusTable(answer: LocalHTTPReceiver.Answer, expected: Outcome) async throws {
        let (result, requests) = try await deliver(answer)
        #expect(Outcome(result) == expected, "\(result)")
        #expect(requests.map(\.uri) == ["/api/chat.postMessage"])
        #expect(requests.first?.header("Authorization") == "Bearer " + Self.token)
    }

    @Test("the buttons are these very bytes, and fewer where less can be done")
    func buttons() async throws {
        func button(_ id: String, _ text: String, style: String = "") -> String {
            #"{"action_id":"\#(id)"\#(style),"text":{"text":"\#(text)","type":"plain_text"},"type":"button","value":"page-7"}"#
        }
        let all = [
            button("acknowledge", "Acknowledge", style: #","style":"primary""#), button("resolve", "Resolve"),
            button("snooze", "Snooze 1 h"),
        ]
        let cases: [(Response.Notification.Kind, Subject.Status, [String])] = [
            (.announcement, .firing, all), (.acknowledged, .acknowledged, [all[1]]), (.resolved, .resolved, []),
        ]
        for (kind, status, buttons) in cases {
            let (_, requests) = try await deliver(
                .status(200, body: Self.good), Notifications.make(kind: kind, status: status, person: ""))
            let body = try #require(requests.first).body
            #expect(body.contains("\"actions\"") == !buttons.isEmpty)
            if !buttons.isEmpty {
                #expect(body.contains(#"{"elements":[\#(buttons.joined(separator: ","))],"type":"actions"}"#))
            }
            #expect(body.contains(##""channel":"#alerts""##))
        }
    }

    @Test("what changes is said in the message that is there; a page to a person is posted anew")
    func edits() async throws {
        let acknowledged = Notifications.make(kind: .acknowledged, status: .acknowledged, person: "")
        let (result, requests) = try await deliver(.status(200, body: Self.good), acknowledged, posted: "D9/11.5")
        #expect(Outcome(result) == .posted("C1/17.25"))
        #expect(requests.map(\.uri) == ["/api/chat.update"])
        let body = try #require(requests.first).body
        #expect(body.contains(#""channel":"D9""#) && body.contains(#""ts":"11.5""#))
        let (_, again) = try await deliver(
            .status(200, body: Self.good), Notifications.make(address: "U1"), posted: "D9/11.5")
        #expect(again.map(\.uri) == ["/api/chat.postMessage"])
        #expect(try #require(again.first).body.contains(#""channel":"U1""#))
        let (_, gone) = try await deliver(Self.refusal("message_not_found"), acknowledged, posted: "D9/11.5")
        #expect(gone.map(\.uri) == ["/api/chat.update", "/api/chat.postMessage"])
        #expect(try !#require(gone.last).body.contains("\"ts\""))
    }

    @Test("Slack's own example of a signature is made and believed, for five minutes")
    func signature() {
        let body = Array(
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
                .utf8)
        let secret: Secret = "8f742231b10e8888abcd99yyyzzz85a5"
        let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        #expect(SlackSignature.make(timestamp: "1531420618", body: body, secret: secret) == signature)
        func isValid(
            _ signature: String, at seconds: Int64 = 1_531_420_618, body: [UInt8], secret: Secret, stamp: String
        ) -> Bool {
            SlackSignature.isValid(
                signature, timestamp: stamp, body: body, secret: secret, now: Timestamp(milliseconds: seconds * 1000))
        }
        let stamp = "1531420618"
        #expect(isValid(signature, body: body, secret: secret, stamp: stamp))
        #expect(isValid(signature, at: 1_531_420_918, body: body, secret: secret, stamp: stamp))
        #expect(!isValid(signature, at: 1_531_420_919, body: body, secret: secret, stamp: stamp))
        #expect(!isValid(signature, at: 1_531_420_317, body: body, secret: secret, stamp: stamp))
        #expect(!isValid(signature, body: body + [33], secret: secret, stamp: stamp))
        #expect(!isValid(signature, body: body, secret: "other", stamp: stamp))
        #expect(!isValid(signature, body: body, secret: secret, stamp: "1531420619"))
        for bad in ["", "v0=", "v0=zz", String(signature.dropLast()), String(signature.dropFirst(3))] {
            #expect(!isValid(bad, body: body, secret: secret, stamp: stamp))
        }
    }

    @Test("a pressed button is read; what is none of ours is not")
    func interaction() {
        let text = #"""
            {"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"snooze","value":"7-ab"}],
            "response_url":"https://hooks.slack.com/actions/x"}
            """#
        let pressed = SlackInteraction(payload: text)
        #expect((pressed?.user, pressed?.page, pressed?.action) == ("U1", "7-ab", .snooze))
        for (old, new) in [
            ("snooze", "delete"), ("block_actions", "view_submission"), ("\"7-ab\"", "\"\""), ("{", ""),
        ] {
            #expect(SlackInteraction(payload: text.replacing(old, with: new)) == nil)
        }
    }
}
