import Basics
import HTTPAPI
import HTTPTypes
import HummingbirdTesting
import Response
import Synchronization
import TestKit
import Testing

@testable import Console

@Suite("Pages in the console")
struct PageRouteTests {
    private static func burning() async throws -> (ConsoleFixture, id: String) {
        let fixture = try await ConsoleFixture()
        fixture.backend.configurePaging()
        fixture.backend.fire(
            "ExporterDown", "P0", summary: "node a <b>does not</b> answer", labels: ["service": "host"],
            annotations: ["dashboard": "https://example.org/d", "runbook": "javascript:alert(1)"])
        let id = try #require(fixture.backend.operations.open.keys.first)
        return (fixture, id)
    }

    @Test("an empty console says what will appear, and that nobody would be paged")
    func empty() async throws {
        let fixture = try await ConsoleFixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/", cookie: session.cookie).text
            #expect(text.contains("Nothing burns") && text.contains("Pages appear here while they burn"))
            #expect(text.contains("Nobody is paged."))
            #expect(try await client.get("/alerts", cookie: session.cookie).text.contains("No page is open."))
            #expect(try await client.get("/targets", cookie: session.cookie).text.contains("Nothing is scraped."))
            #expect(try await client.get("/rules", cookie: session.cookie).text.contains("No rules are loaded."))
        }
    }

    @Test("what burns stands first, with who is paged and when the next person is")
    func now() async throws {
        let (fixture, id) = try await Self.burning()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/", cookie: session.cookie).text
            #expect(text.contains("1 page burning"))
            #expect(text.contains("<title>(1) P0 burning · Signalbox</title>"))
            #expect(text.contains("href=\"/alerts/\(id)\""))
            #expect(text.contains("paged at level 1: Ann Archer"))
            #expect(text.contains("in 5 min</time> Bob Brook is paged, level 2"))
            #expect(text.contains("node a &lt;b&gt;does not&lt;/b&gt; answer"))
        }
    }

    @Test("a page by itself: alerts, who was told, what happened; only http links are links")
    func page() async throws {
        let (fixture, id) = try await Self.burning()
        let key = try #require(fixture.backend.operations.outbox.keys.first { $0.contains("page") })
        fixture.backend.apply(.delivered(key: key, result: .delivered))
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/alerts/\(id)", cookie: session.cookie).text
            #expect(text.contains("href=\"https://example.org/d\""))
            #expect(!text.contains("href=\"javascript:"))
            #expect(text.contains("page to ann by mail") && text.contains("Delivered"))
            #expect(text.contains("announcement to alerts") && text.contains("On its way"))
            #expect(text.contains("data-action=\"acknowledge\""))
            let missing = try await client.get("/alerts/999-none", cookie: session.cookie)
            #expect(missing.status == .notFound)
            #expect(missing.text.contains("There is no page 999-none."))
        }
    }

    @Test("acknowledge, note, snooze and resolve do what they say, by whom")
    func actions() async throws {
        let (fixture, id) = try await Self.burning()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            func send(_ action: String, _ form: String) async throws -> TestResponse {
                try await client.post(
                    "/alerts/\(id)/\(action)", "csrf=\(session.csrf)&\(form)", cookie: session.cookie)
            }
            let acknowledged = try await send("acknowledge", "next=/")
            #expect(acknowledged.status == .seeOther && acknowledged.headers[.location] == "/")
            #expect(fixture.backend.operations.page(id)?.status == .acknowledged)
            #expect(fixture.backend.operations.page(id)?.acknowledgedBy == "admin")
            #expect(try await send("note", "note=looking+at+it%0Anow").headers[.location] == "/alerts/\(id)")
            #expect(fixture.backend.operations.page(id)?.timeline.last?.text == "looking at it\nnow")
            #expect(try await send("snooze", "minutes=15").status == .seeOther)
            let until = fixture.clock.now() + .seconds(900)
            #expect(fixture.backend.operations.page(id)?.snoozedUntilMilliseconds == until.milliseconds)
            #expect(try await send("resolve", "note=").status == .seeOther)
            #expect(fixture.backend.operations.page(id)?.status == .resolved)
            #expect(try await send("acknowledge", "").status == .conflict)
        }
    }

    @Test(
        "a message is told of in words",
        arguments: [
            ("selfAlarm to hook", "alarm about Signalbox to hook"), ("page to ann by mail", "page to ann by mail"),
            ("resolved to alerts", "resolution to alerts"), ("something else", "something else"), ("", ""),
        ])
    func words(kept: String, shown: String) { #expect(DeliveryRow.readable(kept) == shown) }

    @Test("a page is escalated by hand as long as a level is left")
    func escalated() async throws {
        let (fixture, id) = try await Self.burning()
        let session = try await fixture.session()
        let path = "/alerts/\(id)"
        try await fixture.application().test(.router) { client in
            func escalate() async throws -> TestResponse {
                try await client.post("\(path)/escalate", "csrf=\(session.csrf)", cookie: session.cookie)
            }
            #expect(
                try await client.get(path, cookie: session.cookie).text.contains(
                    "Bob Brook is paged at once, level 2."))
            _ = try await client.post("\(path)/acknowledge", "csrf=\(session.csrf)", cookie: session.cookie)
            let text = try await client.get(path, cookie: session.cookie).text
            #expect(text.contains("level 2. The page counts as unacknowledged again."))
            #expect(try await escalate().headers[.location] == path)
            #expect(fixture.backend.operations.page(id)?.level == 2)
            #expect(fixture.backend.operations.page(id)?.status == .open)
            let levels = fixture.backend.operations.configuration.levels.count
            for _ in 2..<levels { _ = try await escalate() }
            #expect(fixture.backend.operations.page(id)?.level == levels)
            #expect(!(try await client.get(path, cookie: session.cookie).text).contains("data-action=\"escalate\""))
        }
    }

    @Test(
        "what an action cannot take is refused in words",
        arguments: [
            ("snooze", "minutes=0"), ("snooze", "minutes=10081"), ("snooze", "minutes=soon"), ("snooze", ""),
            ("note", "note="), ("note", "note=+%0A"), ("note", "note=" + String(repeating: "x", count: 4001)),
            ("acknowledge", "note=" + String(repeating: "x", count: 4001)),
        ])
    func badInput(_ action: String, _ form: String) async throws {
        let (fixture, id) = try await Self.burning()
        let session = try await fixture.session()
        let before = fixture.backend.operations.sequence
        try await fixture.application().test(.router) { client in
            let answer = try await client.post(
                "/alerts/\(id)/\(action)", "csrf=\(session.csrf)&\(form)", cookie: session.cookie)
            #expect(answer.status == .badRequest)
        }
        #expect(fixture.backend.operations.sequence == before)
    }

    @Test("an action needs the session's token, a responder, and a body of a sane size")
    func refused() async throws {
        let (fixture, id) = try await Self.burning()
        let admin = try await fixture.session()
        let viewer = try await fixture.session("viewer", fixture.viewerPassword)
        let path = "/alerts/\(id)/acknowledge"
        let large = "note=" + String(repeating: "x", count: 70_000)
        try await fixture.application().test(.router) { client in
            #expect(try await client.post(path, "", cookie: admin.cookie).status == .forbidden)
            #expect(try await client.post(path, "csrf=\(viewer.csrf)", cookie: admin.cookie).status == .forbidden)
            #expect(try await client.post(path, "csrf=\(viewer.csrf)", cookie: viewer.cookie).status == .forbidden)
            #expect(try await client.post(path, "csrf=\(admin.csrf)").status == .unauthorized)
            #expect(try await client.post(path, large, cookie: admin.cookie).status == .contentTooLarge)
            let page = try await client.get("/alerts/\(id)", cookie: viewer.cookie).text
            #expect(!page.contains("data-action") && page.contains("Your role may look, not act"))
        }
        #expect(fixture.backend.operations.page(id)?.status == .open)
    }

    @Test("without sign-in another site still cannot act")
    func openMode() async throws {
        let (fixture, id) = try await Self.burning()
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        try await fixture.application(signIn: false).test(.router) { client in
            let path = "/alerts/\(id)/acknowledge"
            let foreign = try await client.post(path, "", headers: [site: "cross-site"])
            #expect(foreign.status == .forbidden)
            let own = try await client.post(path, "", headers: [site: "same-origin"])
            #expect(own.status == .seeOther)
        }
    }

    @Test("a script that follows along gets the changing part alone")
    func fragment() async throws {
        let (fixture, id) = try await Self.burning()
        let session = try await fixture.session()
        let fragment = try #require(HTTPField.Name("X-Signalbox-Fragment"))
        try await fixture.application().test(.router) { client in
            for path in ["/", "/alerts", "/alerts/\(id)", "/targets", "/rules"] {
                let answer = try await client.get(path, cookie: session.cookie, headers: [fragment: "1"])
                #expect(!answer.text.contains("<html"), "\(path)")
                #expect(answer.text.contains("id=\"region\""), "\(path)")
            }
        }
    }

    @Test("a storm is listed worst first up to a bound, and the rest is counted")
    func storm() async throws {
        let fixture = try await ConsoleFixture()
        for index in 0..<300 { fixture.backend.fire("Down\(index)", index == 299 ? "P0" : "P2") }
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/", cookie: session.cookie).text
            #expect(text.contains("300 pages burning") && text.contains("200 more pages"))
            let first = try #require(text.firstMatch(of: /row-title[^>]*>([^<]*)</))
            #expect(first.output.1 == "Down299")
        }
    }
}
