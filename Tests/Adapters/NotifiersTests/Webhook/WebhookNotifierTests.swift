import Basics
import Notifiers
import Response
import SignalModel
import TestKit
import Testing

import struct Foundation.Data
import class Foundation.JSONSerialization

@Suite struct WebhookNotifierTests {
    private static let secretPath = "/hook/s3cretp4th?token=abcdefgh1234"
    private static let token = "bearer-token-value"

    private func deliver(
        _ answer: LocalHTTPReceiver.Answer, _ notification: Notification = Notifications.make(),
        alertsMax: Int = 500
    ) async throws -> (DeliveryResult, [LocalHTTPReceiver.Request]) {
        let receiver = try await LocalHTTPReceiver.start(answer)
        let sender = HTTPSender(clock: SystemClock())
        let settings = WebhookSettings(
            url: Secret(receiver.url + Self.secretPath), bearerToken: Secret(Self.token),
            headers: ["X-Team": "header-value-1"], alertsMax: alertsMax)
        let notifier = try #require(
            WebhookNotifier(settings, externalURL: "http://signalbox.example", sender: sender))
        let result = await notifier.deliver(notification)
        expectNoLeak(result, of: [Self.secretPath, Self.token, "header-value-1"])
        try await sender.shutdown()
        try await receiver.stop()
        return (result, receiver.received)
    }

    private static let statuses: [(LocalHTTPReceiver.Answer, Outcome)] = [
        (.status(200), .delivered), (.status(202, body: "queued"), .delivered), (.status(204), .delivered),
        (.status(301, headers: [("Location", "http://127.0.0.1:1/")]), .permanent),
        (.status(400, body: "bad"), .permanent), (.status(401), .permanent), (.status(403), .permanent),
        (.status(404), .permanent), (.status(410), .permanent), (.status(422), .permanent),
        (.status(408), .retry(after: nil)), (.status(429, headers: [("Retry-After", "7")]), .retry(after: 7000)),
        (.status(429), .retry(after: nil)), (.status(500), .retry(after: nil)), (.status(502), .retry(after: nil)),
        (.status(503, headers: [("Retry-After", "999999")]), .retry(after: 3_600_000)),
        (.close, .retry(after: nil)),
    ]

    @Test("each answer has its outcome, and none leaks the URL", arguments: statuses)
    func statusTable(answer: LocalHTTPReceiver.Answer, expected: Outcome) async throws {
        let (result, requests) = try await deliver(answer)
        #expect(Outcome(result) == expected, "\(result)")
        #expect(requests.count == 1)
    }

    @Test("an answer that repeats the URL and the token is shown without them")
    func echoed() async throws {
        let (result, _) = try await deliver(
            .status(400, body: "no route \(Self.secretPath) for\r\n\u{1b}[31m \(Self.token)"))
        #expect(result.reason.hasSuffix("answered 400: no route <secret> for [31m <secret>"), "\(result)")
    }

    @Test("a receiver that is not there is tried again")
    func refused() async throws {
        let receiver = try await LocalHTTPReceiver.start(.silence)
        let url = receiver.url + Self.secretPath
        try await receiver.stop()
        let sender = HTTPSender(clock: SystemClock())
        let notifier = try #require(
            WebhookNotifier(WebhookSettings(url: Secret(url)), externalURL: "", sender: sender))
        let result = await notifier.deliver(Notifications.make())
        #expect(result.reason.contains("connection refused"), "\(result)")
        #expect(Outcome(result) == .retry(after: nil))
        expectNoLeak(result, of: [Self.secretPath])
        try await sender.shutdown()
    }

    @Test("a receiver that hangs before its answer is given up in time")
    func hangsBeforeHead() async throws {
        let receiver = try await LocalHTTPReceiver.start(.silence)
        let sender = HTTPSender(clock: SystemClock(), attemptTimeout: .milliseconds(50))
        let settings = WebhookSettings(url: Secret(receiver.url + Self.secretPath))
        let notifier = try #require(WebhookNotifier(settings, externalURL: "", sender: sender))
        let result = await notifier.deliver(Notifications.make())
        #expect(Outcome(result) == .retry(after: nil))
        #expect(result.reason.contains("did not answer in time"), "\(result)")
        try await sender.shutdown()
        try await receiver.stop()
    }

    @Test("a receiver that hangs within its answer costs ten seconds and no more")
    func hangsAfterHead() async throws {
        let receiver = try await LocalHTTPReceiver.start(.stall)
        let clock = VirtualClock()
        let sender = HTTPSender(clock: clock)
        let settings = WebhookSettings(url: Secret(receiver.url + Self.secretPath))
        let notifier = try #require(WebhookNotifier(settings, externalURL: "", sender: sender))
        async let result = notifier.deliver(Notifications.make())
        while receiver.received.isEmpty || clock.sleeperCount == 0 { await Task.yield() }
        clock.advance(by: NotifierLimits.attemptTimeout)
        #expect(Outcome(await result) == .retry(after: nil))
        try await sender.shutdown()
        try await receiver.stop()
    }

    @Test("the request is Alertmanager's webhook, version 4, with our own key beside it")
    func body() async throws {
        let alerts = [
            Notifications.alert(["pod": "a"], annotations: ["summary": "s"]),
            Notifications.alert(["pod": "b"], endsAt: Notifications.start + 1500),
        ]
        let (_, requests) = try await deliver(.status(200), Notifications.make(alerts: alerts))
        let request = try #require(requests.first)
        #expect(request.method == "POST")
        #expect(request.uri == Self.secretPath)
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("Idempotency-Key") == "page-7%2F1%2Fann%2Fout")
        #expect(request.header("Authorization") == "Bearer \(Self.token)")
        #expect(request.header("X-Team") == "header-value-1")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any])
        #expect(
            Set(json.keys) == [
                "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels",
                "commonAnnotations", "externalURL", "alerts", "signalbox",
            ])
        #expect(json["version"] as? String == "4")
        #expect(json["groupKey"] as? String == "{}:{alertname=\"FrontDoor5xx\"}")
        #expect(json["truncatedAlerts"] as? Int == 0)
        #expect(json["status"] as? String == "firing")
        #expect(json["receiver"] as? String == "out")
        #expect(json["externalURL"] as? String == "http://signalbox.example")
        let sent = try #require(json["alerts"] as? [[String: Any]])
        #expect(
            Set(try #require(sent.first).keys) == [
                "status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint",
            ])
        #expect(sent.map { $0["status"] as? String } == ["firing", "resolved"])
        #expect(sent.map { $0["startsAt"] as? String } == ["2026-11-23T04:00:00Z", "2026-11-23T04:00:00Z"])
        #expect(sent.map { $0["endsAt"] as? String } == ["0001-01-01T00:00:00Z", "2026-11-23T04:00:01.5Z"])
        let own = try #require(json["signalbox"] as? [String: Any])
        #expect(own["key"] as? String == "page-7/1/ann/out")
        #expect(own["kind"] as? String == "page")
        #expect(own["severity"] as? String == "P0")
        #expect(own["pageID"] as? String == "page-7")
        #expect(own["level"] as? Int == 1)
        #expect(own["url"] as? String == "http://signalbox.example/pages/page-7")
    }

    @Test(
        "Alertmanager knows two states: only resolved is not firing",
        arguments: [(Subject.Status.firing, "firing"), (.acknowledged, "firing"), (.resolved, "resolved")])
    func status(status: Subject.Status, text: String) {
        let message = WebhookMessage(Notifications.make(status: status), externalURL: "", alertsMax: 10)
        #expect(message.status == text)
        #expect(message.signalbox?.status == status.rawValue)
    }

    @Test("alerts beyond the limit are counted, not sent")
    func truncated() {
        let alerts = (0..<7).map { Notifications.alert(["pod": "\($0)"]) }
        let message = WebhookMessage(Notifications.make(alerts: alerts), externalURL: "", alertsMax: 3)
        #expect(message.alerts.count == 3)
        #expect(message.truncatedAlerts == 4)
    }

    @Test("a self alarm is an alert to receivers that know only alerts")
    func selfAlarm() throws {
        let notification = Notifications.make(
            kind: .selfAlarm, severity: .p1, title: "Channel slack fails", alerts: [], text: "404", pageID: "")
        let message = WebhookMessage(notification, externalURL: "", alertsMax: 10)
        let alert = try #require(message.alerts.first)
        #expect(alert.labels == ["alertname": "SignalboxSelfAlarm", "severity": "P1"])
        #expect(alert.annotations == ["summary": "Channel slack fails", "description": "404"])
        #expect(message.groupKey == "{}:{alertname=\"SignalboxSelfAlarm\"}")
    }

    @Test("pages without group labels stay apart for the receiver")
    func ungrouped() {
        var notification = Notifications.make()
        notification.subject.groupLabels = [:]
        let message = WebhookMessage(notification, externalURL: "", alertsMax: 10)
        #expect(message.groupKey == "{}:{signalbox_page=\"page-7\"}")
    }

    private static let badSettings: [(WebhookSettings, String)] = [
        (WebhookSettings(url: "ftp://example.org/s3cret"), "url"), (WebhookSettings(url: "https://"), "url"),
        (WebhookSettings(url: "http://exa mple.org/s3cret"), "url"),
        (WebhookSettings(url: "http://e.org/", bearerToken: "s3cret\r\nX: y"), "bearer_token"),
        (WebhookSettings(url: "http://e.org/", headers: ["X-A": "s3cret\nb"]), "headers"),
        (WebhookSettings(url: "http://e.org/", headers: ["X A": "s3cret"]), "headers"),
        (WebhookSettings(url: "http://e.org/", headers: ["Content-Length": "s3cret"]), "headers"),
        (WebhookSettings(url: "http://e.org/", alertsMax: 0), "alerts_max"),
    ]

    @Test("settings that cannot work are refused by their key, without their secret", arguments: badSettings)
    func problems(settings: WebhookSettings, key: String) {
        #expect(settings.problems.count == 1)
        #expect(settings.problems.allSatisfy { $0.hasPrefix(key) && !$0.contains("s3cret") })
    }
}
