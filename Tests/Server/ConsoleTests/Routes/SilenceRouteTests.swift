import Alerting
import Basics
import HTTPTypes
import HummingbirdTesting
import Identity
import Response
import SignalModel
import TestKit
import Testing

@Suite("Silences in the console")
struct SilenceRouteTests {
    private static func burning(_ count: Int = 2, _ severity: String = "P2") async throws -> ConsoleFixture {
        let fixture = try await ConsoleFixture()
        fixture.backend.configurePaging()
        for number in 0..<count {
            fixture.backend.fire("DiskFull", severity, labels: ["service": "store", "instance": "\(number)"])
        }
        fixture.backend.fire("Other", severity, labels: ["service": "shop"])
        return fixture
    }

    private let match = "/silences/new?match=alertname%3D%22DiskFull%22"
    private func form(_ csrf: String, _ rest: String = "") -> String {
        "csrf=\(csrf)&match=alertname%3D%22DiskFull%22&minutes=60&comment=move\(rest)"
    }

    @Test("what it would hold back is shown before it can be made")
    func preview() async throws {
        let fixture = try await Self.burning()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let empty = try await client.get("/silences/new", cookie: session.cookie).text
            #expect(!empty.contains("action=\"/silences\""))
            let text = try await client.get(match, cookie: session.cookie).text
            #expect(text.contains("Matches 2 of 3 alerts that fire now:"))
            #expect(text.contains("action=\"/silences\""))
            #expect(!text.contains(": loud until") && !text.contains("name=\"accepted\""))
            #expect(fixture.backend.operations.routing.silences.silences.isEmpty)
        }
    }

    @Test("a page proposes a silence of what it is about")
    func proposed() async throws {
        let fixture = try await Self.burning()
        let session = try await fixture.session()
        let id = try #require(fixture.backend.operations.open.values.first { $0.title == "DiskFull" }?.id)
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/alerts/\(id)", cookie: session.cookie).text
            #expect(
                text.contains(
                    "/silences/new?match=alertname%3D%22DiskFull%22%2C%20service%3D%22store%22"))
        }
    }

    @Test("made, it holds back; ended, it does not")
    func made() async throws {
        let fixture = try await Self.burning()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let answer = try await client.post("/silences", form(session.csrf), cookie: session.cookie)
            #expect(answer.status == .seeOther)
            let page = fixture.backend.operations.open.values.first { $0.title == "DiskFull" }
            #expect(page?.status == .silenced)
            let list = try await client.get("/silences", cookie: session.cookie).text
            #expect(list.contains("holds back 2 alerts") && list.contains("by admin") && list.contains("move"))
            _ = try await client.post("/silences/silence-1/end", "csrf=\(session.csrf)", cookie: session.cookie)
            #expect(fixture.backend.operations.open.values.allSatisfy { $0.status == .open })
            #expect(try await client.get("/silences", cookie: session.cookie).text.contains("Nothing is silenced."))
        }
    }

    @Test("P0s stay loud until a second person agrees, and the first may not")
    func secondPerson() async throws {
        let fixture = try await Self.burning(1, "P0")
        let session = try await fixture.session()
        let name = try #require(UserName("second"))
        try await fixture.identity.createUser(name, role: .responder, password: "another person here", by: .system)
        let second = try await fixture.session("second", "another person here")
        try await fixture.application().test(.router) { client in
            #expect(
                try await client.get(match, cookie: session.cookie).text.contains("<b>1 P0</b> among them: loud"))
            _ = try await client.post("/silences", form(session.csrf), cookie: session.cookie)
            let own = try await client.get("/silences", cookie: session.cookie).text
            #expect(own.contains("1 P0 under it: loud") && !own.contains(">Agree<"))
            #expect(try await client.get("/silences", cookie: second.cookie).text.contains(">Agree<"))
            let page = { fixture.backend.operations.open.values.first { $0.title == "DiskFull" }?.status }
            #expect(page() == .open)
            _ = try await client.post("/silences/silence-1/approve", "csrf=\(session.csrf)", cookie: session.cookie)
            #expect(page() == .open)
            _ = try await client.post("/silences/silence-1/approve", "csrf=\(second.csrf)", cookie: second.cookie)
            #expect(page() == .silenced)
        }
    }

    @Test("one that reaches far is made only when its number is confirmed")
    func wide() async throws {
        let fixture = try await Self.burning(51)
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            #expect(
                try await client.get(match, cookie: session.cookie).text.contains("name=\"accepted\" value=\"51\""))
            let refused = try await client.post("/silences", form(session.csrf), cookie: session.cookie)
            #expect(refused.status == .badRequest)
            #expect(refused.text.contains("would hold back 51 of 52 alerts"))
            let made = try await client.post("/silences", form(session.csrf, "&accepted=51"), cookie: session.cookie)
            #expect(made.status == .seeOther)
        }
    }

    @Test(
        "what is wrong is said in the form, and what was written stays",
        arguments: [
            ("match=%7Balertname&minutes=60&comment=c", "end of input: expected"),
            ("match=&minutes=60&comment=c", "at least one matcher"),
            ("match=a%3Db&minutes=0&comment=keep", "from 1 to"), ("match=a%3Db&minutes=60&comment=+", "says why"),
        ])
    func bad(form: String, problem: String) async throws {
        let fixture = try await Self.burning()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let answer = try await client.post("/silences", "csrf=\(session.csrf)&\(form)", cookie: session.cookie)
            #expect(answer.status == .badRequest)
            #expect(answer.text.contains("role=\"alert\"") && answer.text.contains(problem))
            #expect(fixture.backend.operations.routing.silences.silences.isEmpty)
        }
    }

    @Test("who only looks is offered nothing, and a form of another session is refused")
    func access() async throws {
        let fixture = try await Self.burning()
        let viewer = try await fixture.session("viewer", fixture.viewerPassword)
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let list = try await client.get("/silences", cookie: viewer.cookie).text
            #expect(list.contains("Nothing is silenced.") && !list.contains("New silence"))
            #expect(try await client.get(match, cookie: viewer.cookie).status == .forbidden)
            #expect(try await client.post("/silences", form(viewer.csrf), cookie: viewer.cookie).status == .forbidden)
            #expect(
                try await client.post("/silences", form(viewer.csrf), cookie: session.cookie).status == .forbidden)
        }
    }
}
