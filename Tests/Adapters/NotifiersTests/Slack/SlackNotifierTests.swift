import Basics
import Notifiers
import Response
import SignalModel
import TestKit
import Testing

import struct Foundation.Data
import class Foundation.JSONSerialization

@Suite struct SlackNotifierTests {
    private static let secretPath = "/services/T0000000/B0000000/XXXXXXXXXXXXXXXXXXXXXXXX"

    private func deliver(
        _ answer: LocalHTTPReceiver.Answer, _ notification: Notification = Notifications.make()
    ) async throws -> (DeliveryResult, [LocalHTTPReceiver.Request]) {
        let receiver = try await LocalHTTPReceiver.start(answer)
        let sender = HTTPSender(clock: SystemClock())
        let url = receiver.url + Self.secretPath
        let notifier = try #require(SlackNotifier(SlackSettings(webhookURL: Secret(url)), sender: sender))
        let result = await notifier.deliver(notification)
        expectNoLeak(result, of: [Self.secretPath])
        try await sender.shutdown()
        try await receiver.stop()
        return (result, receiver.received)
    }

    private static let statuses: [(LocalHTTPReceiver.Answer, Outcome)] = [
        (.status(200, body: "ok"), .delivered), (.status(200, body: "ok\n"), .delivered),
        (.status(200, body: "<html>captive portal</html>"), .permanent), (.status(204), .permanent),
        (.status(302, headers: [("Location", "https://slack.com/")]), .permanent),
        (.status(400, body: "invalid_payload"), .permanent), (.status(403, body: "action_prohibited"), .permanent),
        (.status(404, body: "channel_not_found"), .permanent), (.status(404, body: "no_service"), .permanent),
        (.status(410, body: "channel_is_archived"), .permanent),
        (.status(429, headers: [("Retry-After", "30")]), .retry(after: 30_000)),
        (.status(500, body: "rollup_error"), .retry(after: nil)), (.status(503), .retry(after: nil)),
        (.close, .retry(after: nil)),
    ]

    @Test("each answer of Slack has its outcome, and none leaks the webhook", arguments: statuses)
    func statusTable(answer: LocalHTTPReceiver.Answer, expected: Outcome) async throws {
        let (result, requests) = try await deliver(answer)
        #expect(Outcome(result) == expected, "\(result)")
        #expect(requests.count == 1)
        if case .status(_, let body, _) = answer, expected == .permanent, body.contains("_") {
            #expect(result.reason.hasSuffix(body))
        }
    }

    private func message(_ notification: Notification) async throws -> [String: Any] {
        let (_, requests) = try await deliver(.status(200, body: "ok"), notification)
        let body = try #require(requests.first).body
        return try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    @Test("the message has a line for the notification, a colour, links and facts")
    func layout() async throws {
        let json = try await message(Notifications.make(annotations: ["summary": "9 % of requests fail"]))
        #expect(json["text"] as? String == "[P0] FIRING: Front door answers 5xx")
        let attachment = try #require((json["attachments"] as? [[String: Any]])?.first)
        #expect(attachment["color"] as? String == "#b71c1c")
        #expect(attachment["fallback"] as? String == "[P0] FIRING: Front door answers 5xx")
        let blocks = try #require(attachment["blocks"] as? [[String: Any]])
        #expect(blocks.allSatisfy { $0["type"] as? String == "section" })
        let links = try #require(blocks.first?["text"] as? [String: String])
        #expect(links["type"] == "mrkdwn")
        #expect(links["text"]?.hasPrefix("<http://signalbox.example/pages/page-7|Acknowledge>") == true)
        let fields = try #require(blocks[1]["fields"] as? [[String: String]])
        #expect(fields.map { $0["type"] } == Array(repeating: "plain_text", count: fields.count))
        #expect(fields.first?["text"] == "Severity: P0 critical")
        #expect((blocks[2]["text"] as? [String: String])?["text"] == "9 % of requests fail")
    }

    @Test("text from outside can mention nobody and link nowhere")
    func injection() throws {
        let hostile = "<!channel> <http://evil|click> & *bold*"
        let message = SlackMessage(Notifications.make(title: hostile, annotations: ["summary": "<!here>"]))
        #expect(message.text == "[P0] FIRING: &lt;!channel&gt; &lt;http://evil|click&gt; &amp; *bold*")
        #expect(!message.mrkdwn)
        for block in message.attachments[0].blocks.dropFirst() {
            #expect((block.fields ?? [block.text].compactMap(\.self)).allSatisfy { $0.type == "plain_text" })
        }
    }

    @Test("whatever the size of what comes in, Slack's limits hold")
    func limits() throws {
        let long = String(repeating: "👩‍🚒", count: 5000)
        let alerts = (0..<500).map { Notifications.alert(["pod": long + "\($0)"]) }
        let url = "http://x/" + String(repeating: "a", count: 2900)
        var notification = Notifications.make(
            title: long, alerts: alerts,
            annotations: ["summary": long, "description": long, "runbook_url": url, "dashboard_url": url + "b"],
            actor: long, text: long)
        notification.subject.commonLabels["service"] = long
        let message = SlackMessage(notification)
        #expect(message.text.utf16.count <= 40_000)
        let blocks = message.attachments[0].blocks
        #expect(blocks.count <= 50)
        for block in blocks {
            #expect((block.text?.text.utf16.count ?? 1) <= 3000)
            #expect((block.text?.text.utf16.count ?? 1) > 0)
            #expect((block.fields?.count ?? 1) <= 10)
            #expect(block.fields?.allSatisfy { $0.text.utf16.count <= 2000 } ?? true)
        }
    }

    private static let colors: [(Subject.Status, Severity, String)] = [
        (.firing, .p0, "#b71c1c"), (.firing, .p3, "#607d8b"), (.acknowledged, .p0, "#1565c0"),
        (.resolved, .p0, "#2e7d32"),
    ]

    @Test("colour says over, being looked at, or how bad", arguments: colors)
    func color(status: Subject.Status, severity: Severity, hex: String) {
        let message = SlackMessage(Notifications.make(status: status, severity: severity))
        #expect(message.attachments[0].color == hex)
    }

    @Test("a URL that is none is refused without being shown")
    func problems() {
        #expect(SlackSettings(webhookURL: "hooks.slack.com/s3cret").problems.count == 1)
        #expect(!SlackSettings(webhookURL: "hooks.slack.com/s3cret").problems[0].contains("s3cret"))
        #expect(SlackSettings(webhookURL: "https://hooks.slack.com/services/x").problems.isEmpty)
    }
}
