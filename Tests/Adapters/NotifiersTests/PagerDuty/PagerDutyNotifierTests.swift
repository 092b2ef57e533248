import Basics
import Notifiers
import Response
import SignalModel
import Testing

@Suite("PagerDuty, Events API v2")
struct PagerDutyNotifierTests {
    private static let key = "0123456789abcdef0123456789ABCDEF"

    private func deliver(
        _ answer: LocalHTTPReceiver.Answer, _ notification: Notification = Notifications.make()
    ) async throws -> (DeliveryResult, [LocalHTTPReceiver.Request]) {
        let receiver = try await LocalHTTPReceiver.start(answer)
        let sender = HTTPSender(clock: SystemClock())
        let settings = PagerDutySettings(routingKey: Secret(Self.key), url: receiver.url + "/v2/enqueue")
        let notifier = try #require(PagerDutyNotifier(settings, sender: sender))
        let result = await notifier.deliver(notification)
        expectNoLeak(result, of: [Self.key])
        try await sender.shutdown()
        try await receiver.stop()
        return (result, receiver.received)
    }

    private static let statuses: [(LocalHTTPReceiver.Answer, Outcome)] = [
        (.status(202, body: #"{"status":"success","message":"Event processed","dedup_key":"k"}"#), .delivered),
        (.status(200), .delivered), (.status(400), .permanent), (.status(401), .permanent),
        (.status(403), .permanent), (.status(404), .permanent), (.status(413), .permanent),
        (.status(408), .retry(after: nil)), (.status(429), .retry(after: nil)),
        (.status(429, headers: [("Retry-After", "9")]), .retry(after: 9000)), (.status(500), .retry(after: nil)),
        (.status(503), .retry(after: nil)), (.close, .retry(after: nil)),
    ]

    @Test("each answer has its outcome", arguments: statuses)
    func statusTable(answer: LocalHTTPReceiver.Answer, expected: Outcome) async throws {
        let (result, requests) = try await deliver(answer)
        #expect(Outcome(result) == expected, "\(result)")
        #expect(requests.map(\.uri) == ["/v2/enqueue"])
    }

    @Test("a refusal says what PagerDuty said, without the key")
    func words() async throws {
        let body = #"{"status":"invalid event","message":"Event object is invalid","errors":["bad KEY"]}"#
        let (result, _) = try await deliver(.status(400, body: body.replacing("KEY", with: Self.key)))
        #expect(
            result.reason.hasSuffix("answered 400: invalid event: Event object is invalid: bad <secret>"), "\(result)"
        )
    }

    @Test("a page triggers with these very bytes, whichever attempt it is")
    func trigger() async throws {
        let bytes = #"""
            {"client":"Signalbox","client_url":"http://signalbox.example/pages/page-7",\#
            "dedup_key":"signalbox/page/page-7","event_action":"trigger",\#
            "links":[{"href":"http://signalbox.example/pages/page-7","text":"Acknowledge"},\#
            {"href":"http://signalbox.example/graph?g0.expr=up","text":"Query"}],\#
            "payload":{"class":"FrontDoor5xx","component":"front-door","custom_details":{"alerts":\#
            ["firing since 2026-11-23 04:00:00 UTC: FrontDoor5xx"],"description":"9 % of requests fail",\#
            "facts":{"Paged":"ann, level 1","Severity":"P0 critical",\#
            "Since":"2026-11-23 04:00:00 UTC, for 12 min","Team":"edge",\#
            "Where":"shop, front-door, cluster eu-1, production"},\#
            "labels":{"alertname":"FrontDoor5xx","cluster":"eu-1","component":"front-door",\#
            "environment":"production","service":"shop","severity":"P0","team":"edge"}},"group":"eu-1",\#
            "severity":"critical","source":"shop","summary":"[P0] FIRING: Front door answers 5xx",\#
            "timestamp":"2026-11-23T04:00:00Z"},"routing_key":"0123456789abcdef0123456789ABCDEF"}
            """#
        let notification = Notifications.make(annotations: ["summary": "9 % of requests fail"])
        for _ in 0..<2 {
            let (_, requests) = try await deliver(.status(202), notification)
            #expect(requests.first?.body == bytes)
            #expect(requests.first?.header("Content-Type") == "application/json")
        }
    }

    @Test("the same incident is acknowledged and resolved, with nothing but its key")
    func laterEvents() async throws {
        let cases: [(Notification.Kind, Subject.Status, String)] = [
            (.acknowledged, .acknowledged, "acknowledge"), (.resolved, .resolved, "resolve"),
        ]
        for (kind, status, action) in cases {
            let (_, requests) = try await deliver(.status(202), Notifications.make(kind: kind, status: status))
            #expect(
                requests.first?.body
                    == #"{"dedup_key":"signalbox/page/page-7","event_action":"\#(action)","routing_key":"\#(Self.key)"}"#
            )
        }
    }

    @Test(
        "how bad it is in PagerDuty's words",
        arguments: [(Severity.p0, "critical"), (.p1, "error"), (.p2, "warning"), (.p3, "info")])
    func severities(severity: Severity, word: String) {
        let event = PagerDutyEvent(Notifications.make(severity: severity), routingKey: Self.key)
        #expect(event.payload?.severity == word)
    }

    @Test("whatever the size of what comes in, PagerDuty's limits hold")
    func limits() async throws {
        let long = String(repeating: "👩‍🚒", count: 20_000)
        var notification = Notifications.make(
            title: long, alerts: (0..<500).map { Notifications.alert(["pod": long + "\($0)"]) },
            annotations: ["summary": long, "description": long], text: long,
            pageID: String(repeating: "p", count: 1000))
        for name in 0..<2000 { notification.subject.commonLabels["l\(name)"] = long }
        notification.subject.commonLabels["instance"] = long
        let (_, requests) = try await deliver(.status(202), notification)
        #expect(try #require(requests.first).body.utf8.count <= PagerDutyEvent.bodyBytesMax)
        let event = PagerDutyEvent(notification, routingKey: Self.key)
        #expect(try #require(event.payload).summary.utf16.count <= PagerDutyEvent.summaryCharactersMax)
        #expect(event.dedupKey.utf8.count <= PagerDutyEvent.dedupKeyBytesMax)
        notification.subject.pageID += "q"
        #expect(PagerDutyEvent(notification, routingKey: Self.key).dedupKey != event.dedupKey)
    }

    @Test("settings that cannot work are refused without being shown")
    func problems() {
        #expect(PagerDutySettings(routingKey: Secret(Self.key)).problems.isEmpty)
        let bad = PagerDutySettings(routingKey: "s3cret", url: "events.example").problems
        #expect(bad.count == 2)
        #expect(!bad.joined().contains("s3cret"))
    }
}
