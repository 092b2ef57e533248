import Notifiers
import Response
import SignalModel
import Testing

@Suite struct MessageTextTests {
    private static let headlines: [(Notification, String)] = [
        (Notifications.make(), "[P0] FIRING: Front door answers 5xx"),
        (Notifications.make(level: 3), "[P0] FIRING, level 3: Front door answers 5xx"),
        (
            Notifications.make(kind: .acknowledged, status: .acknowledged, actor: "ann"),
            "[P0] ACKNOWLEDGED by ann: Front door answers 5xx"
        ),
        (
            Notifications.make(kind: .resolved, status: .resolved, severity: .p1),
            "[P1] RESOLVED: Front door answers 5xx"
        ),
        (
            Notifications.make(kind: .announcement, severity: .p3, level: 0),
            "[P3] FIRING: Front door answers 5xx"
        ),
        (
            Notifications.make(kind: .selfAlarm, severity: .p1, title: "Channel slack fails", pageID: ""),
            "[P1] SIGNALBOX: Channel slack fails"
        ),
        (Notifications.make(title: "a\r\nBcc: x\u{202e}\u{0}b"), "[P0] FIRING: a Bcc: x b"),
        (
            Notifications.make(title: String(repeating: "x", count: 500)),
            "[P0] FIRING: " + String(repeating: "x", count: 139) + "…"
        ),
    ]

    @Test("the headline says how bad, in what state and what, on one line", arguments: headlines)
    func headline(notification: Notification, expected: String) {
        #expect(MessageText(notification).headline == expected)
    }

    @Test("a page can be read on a phone: links first, then where and since when")
    func page() {
        let notification = Notifications.make(annotations: [
            "summary": "9 % of requests fail", "runbook": "front-door-5xx",
            "dashboard_url": "http://signalbox.example/d/front",
        ])
        #expect(
            MessageText(notification).plain == """
                [P0] FIRING: Front door answers 5xx

                Acknowledge: http://signalbox.example/pages/page-7
                Dashboard: http://signalbox.example/d/front
                Query: http://signalbox.example/graph?g0.expr=up

                Severity: P0 critical
                Where: shop, front-door, cluster eu-1, production
                Since: 2026-11-23 04:00:00 UTC, for 12 min
                Team: edge
                Paged: ann, level 1
                Runbook: front-door-5xx

                9 % of requests fail

                """)
    }

    @Test("a resolved page says how long it lasted and no longer asks to acknowledge")
    func resolved() {
        let alerts = [Notifications.alert(endsAt: Notifications.start + 20 * 60_000)]
        let text = MessageText(Notifications.make(kind: .resolved, status: .resolved, alerts: alerts)).plain
        #expect(text.contains("Since: 2026-11-23 04:00:00 UTC, lasted 20 min"))
        #expect(text.contains("Open: http://signalbox.example/pages/page-7"))
        #expect(!text.contains("Acknowledge"))
    }

    @Test("a self alarm carries its own text")
    func selfAlarm() {
        let notification = Notifications.make(
            kind: .selfAlarm, title: "Channel slack fails", alerts: [], text: "revoked: 404 no_service", pageID: "")
        let text = MessageText(notification).plain
        #expect(text.contains("revoked: 404 no_service"))
        #expect(!text.contains("Since:"))
    }

    @Test("of many alerts ten are listed, firing ones first, the rest counted")
    func manyAlerts() {
        let alerts = (0..<25).map { number in
            Notifications.alert(["pod": "pod-\(number)"], endsAt: number < 5 ? Notifications.start + 1000 : 0)
        }
        let text = MessageText(Notifications.make(alerts: alerts))
        #expect(text.alerts.count == 10)
        #expect(text.alerts.allSatisfy { !$0.isResolved && $0.title.hasPrefix("pod=pod-") })
        #expect(text.alertsLeftOut == 15)
        #expect(text.facts.contains { $0.name == "Alerts" && $0.value == "20 firing, 5 resolved" })
        #expect(text.plain.contains("- and 15 more"))
    }

    @Test(
        "what is no web address is shown as text and never linked",
        arguments: [
            "javascript:alert(1)", "node-failure", "http://", "file:///etc/passwd", "http://x/<script>", "//x",
        ])
    func notLinked(runbook: String) {
        let message = MessageText(Notifications.make(annotations: ["runbook": runbook]))
        #expect(!message.links.contains { $0.title == "Runbook" })
        #expect(message.facts.contains { $0.name == "Runbook" && $0.value == runbook })
    }

    @Test(
        "spans are told in two units",
        arguments: [
            (-5, "0 s"), (0, "0 s"), (59_999, "59 s"), (60_000, "1 min"), (3_600_000, "1 h"),
            (11_100_000, "3 h 5 min"),
            (86_400_000, "1 d"), (183_600_000, "2 d 3 h"),
        ])
    func spans(milliseconds: Int64, text: String) {
        #expect(TimeText.span(milliseconds: milliseconds) == text)
    }
}
