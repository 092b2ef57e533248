import Alerting
import Basics
import HummingbirdTesting
import Response
import SignalModel
import TestKit
import Testing

@Suite("Groups, and what would happen, in the console")
struct ExplainRouteTests {
    private func fixture(routed: Bool = true) async throws -> ConsoleFixture {
        let fixture = try await ConsoleFixture()
        fixture.backend.configurePaging()
        guard routed else { return fixture }
        var root = RouteSettings()
        root.receiver = "desk <all>"
        root.groupBy = ["cluster"]
        let integration = Receiver.Integration(id: "webhook[0]", channel: "hook", sendsResolved: true)
        fixture.backend.apply(
            .routed(
                RoutingConfiguration(
                    tree: RouteTree(root),
                    receivers: ["desk <all>": Receiver(name: "desk <all>", integrations: [integration])],
                    inhibitions: [], intervals: [:])))
        return fixture
    }

    @Test("groups are listed worst first with their alerts and what holds those back, and found by a search")
    func groups() async throws {
        let fixture = try await fixture()
        fixture.backend.fire("DiskFull", "P3", summary: "s", labels: ["cluster": "aks-2", "disk": "/var"])
        fixture.backend.fire("ApiDown", "P1", summary: "s", labels: ["cluster": "aks-1", "pod": "a<b"])
        let matcher = try Matcher("alertname", .equal, "DiskFull")
        let now = fixture.clock.now().milliseconds
        fixture.backend.apply(
            .silenced(
                SilenceDraft(
                    matchers: [matcher], startsAtMilliseconds: now, endsAtMilliseconds: now + 3_600_000,
                    createdBy: "ann", comment: "move", author: "ann"), newID: "one"))
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/alerts/groups", cookie: session.cookie).text
            #expect(text.contains("2 groups") && text.contains("desk &lt;all&gt;") && text.contains("a&lt;b"))
            #expect(text.contains("aks-2") && !text.split(separator: "aks-1")[0].contains("aks-2"))
            #expect(text.contains("Silenced") && text.contains("Firing") && text.contains("looked at next"))
            let found = try await client.get("/alerts/groups?q=disk%3D/var", cookie: session.cookie).text
            #expect(found.contains("1 group match") && found.contains("aks-2") && !found.contains("aks-1"))
            let none = try await client.get("/alerts/groups?q=nothing", cookie: session.cookie).text
            #expect(none.contains("No group matches."))
        }
    }

    @Test("without an Alertmanager file the page says what groups are instead")
    func withoutFile() async throws {
        let fixture = try await fixture(routed: false)
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/alerts/groups", cookie: session.cookie).text
            #expect(text.contains("No Alertmanager file is set."))
        }
    }

    @Test("labels are explained: who is paged when, which receivers hear of it and why")
    func explained() async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let query = "alertname%3D%22Down%22%2C%20severity%3D%22P0%22%2C%20cluster%3D%22a%22"
            let text = try await client.get("/explain?labels=" + query, cookie: session.cookie).text
            #expect(text.contains("level 1, unless acknowledged: ann") && text.contains("in 5 min"))
            #expect(text.contains("desk &lt;all&gt;") && text.contains("a P0 waits for no group"))
            #expect(text.contains("a new group"))
            let assumed = try await client.get("/explain?labels=alertname%3DDown", cookie: session.cookie).text
            #expect(assumed.contains("taken as P2") && assumed.contains("after group_wait"))
        }
    }

    @Test("what is silenced is said to reach nobody, and why")
    func silenced() async throws {
        let fixture = try await fixture()
        let now = fixture.clock.now().milliseconds
        fixture.backend.apply(
            .silenced(
                SilenceDraft(
                    matchers: [try Matcher("cluster", .equal, "a")], startsAtMilliseconds: now,
                    endsAtMilliseconds: now + 3_600_000, createdBy: "ann", comment: "move", author: "ann"),
                newID: "one"))
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let p1 = "/explain?labels=severity%3DP1%2Ccluster%3Da"
            let text = try await client.get(p1, cookie: session.cookie).text
            #expect(text.contains("<b>Nobody:</b> it is silenced by Ann Archer, &quot;move&quot;"))
            let p0 = try await client.get("/explain?labels=severity%3DP0%2Ccluster%3Da", cookie: session.cookie).text
            #expect(
                p0.contains("A silence matches and does not count") && p0.contains("level 1, unless acknowledged"))
        }
    }

    @Test(
        "what are no labels is refused in words, and stays in the form",
        arguments: [("a%3D~%22b%22", "only = has a meaning"), ("a%3D%22", "a=&quot;"), ("b%20c", "operator")])
    func refused(labels: String, says: String) async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/explain?labels=" + labels, cookie: session.cookie).text
            #expect(text.contains("role=\"alert\"") && text.contains(says) && !text.contains("Who is paged"))
        }
    }

    @Test("a drill is marked as one wherever its page is shown")
    func drill() async throws {
        let fixture = try await fixture()
        var paging = fixture.backend.operations.configuration
        paging.watch.drill = WatchPolicy.Drill(people: ["ann"], channels: [])
        fixture.backend.apply(.configured(paging))
        fixture.backend.apply(.drillStarted(by: "ann"))
        let id = try #require(fixture.backend.operations.open.keys.first)
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            #expect(try await client.get("/alerts", cookie: session.cookie).text.contains("</svg>Drill</span>"))
            let page = try await client.get("/alerts/\(id)", cookie: session.cookie).text
            #expect(page.contains("</svg>Drill</span>") && page.contains("Nothing is wrong"))
        }
    }
}
