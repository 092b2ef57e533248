import Basics
import Foundation
import Notifiers
import Response
import SignalModel
import Testing

@Suite("Teams, by a Workflows webhook")
struct TeamsNotifierTests {
    private static let secretPath = "/workflows/0a1b2c3d/triggers/manual/run?sig=s3cretSignature"

    private func deliver(
        _ answer: LocalHTTPReceiver.Answer, _ notification: Response.Notification = Notifications.make()
    ) async throws -> (DeliveryResult, [LocalHTTPReceiver.Request]) {
        let receiver = try await LocalHTTPReceiver.start(answer)
        let sender = HTTPSender(clock: SystemClock())
        let settings = TeamsSettings(webhookURL: Secret(receiver.url + Self.secretPath))
        let notifier = try #require(TeamsNotifier(settings, links: .fixture, sender: sender))
        let result = await notifier.deliver(notification)
        expectNoLeak(result, of: [Self.secretPath])
        try await sender.shutdown()
        try await receiver.stop()
        return (result, receiver.received)
    }

    private static let statuses: [(LocalHTTPReceiver.Answer, Outcome)] = [
        (.status(202), .delivered), (.status(200, body: "1"), .delivered), (.status(204), .delivered),
        (.status(400, body: "no trigger /workflows/0a1b2c3d"), .permanent), (.status(401), .permanent),
        (.status(403), .permanent), (.status(404), .permanent), (.status(413), .permanent),
        (.status(429, headers: [("Retry-After", "3")]), .retry(after: 3000)), (.status(502), .retry(after: nil)),
        (.status(302, headers: [("Location", "http://127.0.0.1:1/")]), .permanent), (.close, .retry(after: nil)),
    ]

    @Test("any success counts, and no answer leaks the URL", arguments: statuses)
    func statusTable(answer: LocalHTTPReceiver.Answer, expected: Outcome) async throws {
        let (result, requests) = try await deliver(answer)
        #expect(Outcome(result) == expected, "\(result)")
        #expect(requests.count == 1)
    }

    @Test("a page is an Adaptive Card with these very bytes")
    func bytes() async throws {
        let notification = Notifications.make()
        let (_, requests) = try await deliver(.status(202), notification)
        let link = try #require(LinkSigner.fixture.acknowledgeURL(notification))
        func run(_ name: String, _ value: String) -> String {
            #"{"inlines":[{"text":"\#(name): ","type":"TextRun","weight":"Bolder"},{"text":"\#(value)","type":"TextRun"}],"type":"RichTextBlock"}"#
        }
        let facts = [
            run("Severity", "P0 critical"), run("Where", "shop, front-door, cluster eu-1, production"),
            run("Since", "2026-11-23 04:00:00 UTC, for 12 min"), run("Team", "edge"), run("Paged", "ann, level 1"),
        ]
        let expected =
            #"{"attachments":[{"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","actions":["#
            + #"{"title":"Acknowledge","type":"Action.OpenUrl","url":"\#(link)"},"#
            + #"{"title":"Open","type":"Action.OpenUrl","url":"http://signalbox.example/pages/page-7"},"#
            + #"{"title":"Query","type":"Action.OpenUrl","url":"http://signalbox.example/graph?g0.expr=up"}],"#
            + #""body":[{"inlines":[{"color":"Attention","size":"Large","text":"[P0] FIRING: Front door answers 5xx","#
            + #""type":"TextRun","weight":"Bolder"}],"type":"RichTextBlock"},"# + facts.joined(separator: ",")
            + #"],"fallbackText":"[P0] FIRING: Front door answers 5xx","msteams":{"width":"full"},"#
            + #""type":"AdaptiveCard","version":"1.2"},"contentType":"application/vnd.microsoft.card.adaptive","#
            + #""contentUrl":null}],"type":"message"}"#
        #expect(requests.first?.body == expected)
    }

    @Test("what is over cannot be acknowledged")
    func resolved() async throws {
        let (_, requests) = try await deliver(.status(202), Notifications.make(kind: .resolved, status: .resolved))
        #expect(try #require(requests.first).body.contains(#""color":"Good""#))
        #expect(try !#require(requests.first).body.contains("Acknowledge"))
    }

    @Test("text from outside stands only where no Markdown is read")
    func injection() throws {
        let hostile = "[click](http://evil) **x**"
        let bytes = try TeamsMessage.encoded(
            Notifications.make(title: hostile, annotations: ["summary": hostile + "!"]), acknowledgeURL: nil)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("TextBlock\"") || !text.replacing("RichTextBlock", with: "").contains("TextBlock"))
        #expect(text.contains(#"{"text":"[click](http://evil) **x**!","type":"TextRun"}"#))
    }

    @Test("a message too large for Teams goes without its details")
    func limits() throws {
        let long = String(repeating: "👩‍🚒", count: 5000)
        let notification = Notifications.make(
            alerts: (0..<500).map { Notifications.alert(["pod": long + "\($0)"]) },
            annotations: ["summary": long, "description": long])
        let bytes = try TeamsMessage.encoded(notification, acknowledgeURL: "http://x/link/y")
        #expect(bytes.count <= TeamsMessage.bytesMax)
        #expect(String(decoding: bytes, as: UTF8.self).contains("http://x/link/y"))
    }
}
