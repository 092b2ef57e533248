import Basics
import Hummingbird
import HummingbirdTesting
import Response
import TestKit
import Testing

@Suite("The page of who is on call")
struct OnCallRouteTests {
    private func fixture() async throws -> ConsoleFixture {
        let fixture = try await ConsoleFixture()
        fixture.backend.configurePaging()
        let now = fixture.clock.now().milliseconds
        let hour: Int64 = 3_600_000
        fixture.backend.apply(
            .onCall(
                .planned([
                    SchedulePlan(
                        schedule: "primary", zone: "UTC", hasKnowledgeTransfer: false,
                        throughMilliseconds: now + 90 * 24 * hour,
                        shifts: [
                            Shift(
                                person: "ann", fromMilliseconds: now, throughMilliseconds: now + 24 * hour, layer: "l"
                            ),
                            Shift(
                                person: "bob", fromMilliseconds: now + 30 * hour,
                                throughMilliseconds: now + 90 * 24 * hour, layer: "l"),
                        ])
                ])))
        return fixture
    }

    @Test("it says who is on call, who is next, and where nobody is")
    func shows() async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let page = try await client.get("/oncall", cookie: session.cookie)
            #expect(page.status == .ok)
            #expect(page.text.contains("<b>Ann Archer</b>") && page.text.contains("Then Bob Brook"))
            #expect(page.text.contains("<b>Nobody</b> from ") && page.text.contains("class=\"gap\""))
        }
    }

    @Test("an override is made on the schedule's clocks, shown, and taken back")
    func override() async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        let until = RFC3339.format(fixture.clock.now() + .seconds(7200)).prefix(16)
        try await fixture.application().test(.router) { client in
            let made = try await client.post(
                "/oncall/primary/override", "csrf=\(session.csrf)&person=lea&through=\(until)&why=train",
                cookie: session.cookie)
            #expect(made.status == .seeOther)
            #expect(fixture.backend.operations.onCall.who("primary", at: fixture.clock.now().milliseconds) == "lea")
            let page = try await client.get("/oncall", cookie: session.cookie)
            #expect(page.text.contains("override by admin: train"))
            let removed = try await client.post(
                "/oncall/primary/remove", "csrf=\(session.csrf)&id=made", cookie: session.cookie)
            #expect(removed.status == .seeOther)
            #expect(fixture.backend.operations.onCall.who("primary", at: fixture.clock.now().milliseconds) == "ann")
        }
    }

    @Test("two shifts are swapped as the form showed them; one that has changed hands meanwhile is not")
    func swap() async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        let now = fixture.clock.now().milliseconds
        let later = now + 30 * 3_600_000
        try await fixture.application().test(.router) { client in
            let page = try await client.get("/oncall", cookie: session.cookie).text
            #expect(page.contains("value=\"\(now)/ann\"") && page.contains("value=\"\(later)/bob\""))
            let form = "csrf=\(session.csrf)&shift=\(now)/ann&with=\(later)/bob&why=wedding"
            let made = try await client.post("/oncall/primary/swap", form, cookie: session.cookie)
            #expect(made.status == .seeOther)
            let book = fixture.backend.operations.onCall
            #expect(book.who("primary", at: now) == "bob" && book.who("primary", at: later) == "ann")
            let again = try await client.post("/oncall/primary/swap", form, cookie: session.cookie)
            #expect(again.status == .badRequest && again.text.contains("not ann"))
            let same = "csrf=\(session.csrf)&shift=\(now)/bob&with=\(now)/bob"
            let refused = try await client.post("/oncall/primary/swap", same, cookie: session.cookie)
            #expect(refused.status == .badRequest && refused.text.contains("both shifts are"))
        }
    }

    @Test(
        "what cannot be is a page that says why",
        arguments: [
            ("person=lea&through=soon", "Until must be"),
            ("person=zoe&through=2100-01-01T00:00", "there is no person"),
            ("person=lea&through=2000-01-01T00:00", "in the future"),
        ])
    func refused(form: String, says: String) async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let answer = try await client.post(
                "/oncall/primary/override", "csrf=\(session.csrf)&\(form)", cookie: session.cookie)
            #expect(answer.status.code >= 400 && answer.text.contains(says))
        }
    }

    @Test("without the form's token, or as a viewer, nothing changes")
    func strangers() async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        let viewer = try await fixture.session("viewer", fixture.viewerPassword)
        try await fixture.application().test(.router) { client in
            for (cookie, csrf) in [(session.cookie, "x"), (viewer.cookie, viewer.csrf)] {
                let answer = try await client.post("/oncall/primary/note", "csrf=\(csrf)&note=hi", cookie: cookie)
                #expect(answer.status == .forbidden)
            }
            let page = try await client.get("/oncall", cookie: viewer.cookie)
            #expect(page.status == .ok && !page.text.contains("Put on call"))
        }
        #expect(fixture.backend.operations.onCall.schedules["primary"]?.notes.isEmpty == true)
    }
}
