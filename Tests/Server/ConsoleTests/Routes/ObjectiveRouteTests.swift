import Basics
import Console
import Hummingbird
import HummingbirdTesting
import Response
import Rules
import Synchronization
import TestKit
import Testing

@Suite("The pages of budgets")
struct ObjectiveRouteTests {
    private func standing(
        _ fixture: ConsoleFixture, _ state: BudgetPolicyState, _ consumed: Double, service: String = "cart"
    ) -> ObjectiveStanding {
        let at = fixture.clock.now()
        return ObjectiveStanding(
            objective: "\(service)-availability", service: service, kind: .requestAvailability, target: 0.999,
            version: 1, versionSince: at, at: at, window: .rolling(.seconds(30 * 86_400)),
            windowStart: at - .seconds(30 * 86_400), windowEnd: at, goodCount: 999_000, totalCount: 1_000_000,
            consumed: consumed, coverage: 1, policyState: state, policySince: at, easesAt: at + .seconds(86_400),
            burnRates: [BurnRate(window: .seconds(3600), badCount: 10, totalCount: 1000, target: 0.999)])
    }

    private func fixture(_ state: BudgetPolicyState = .frozen, _ consumed: Double = 1.2) async throws
        -> ConsoleFixture
    {
        let fixture = try await ConsoleFixture()
        fixture.backend.configurePaging()
        let standings = [
            standing(fixture, state, consumed), standing(fixture, .normal, 0.1, service: "search"),
        ]
        fixture.backend.content.withLock {
            $0.standings = standings
            $0.bad = 3
        }
        return fixture
    }

    @Test("without objectives the page says what they are and what to do next")
    func empty() async throws {
        let fixture = try await ConsoleFixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let page = try await client.get("/objectives", cookie: session.cookie)
            #expect(page.status == .ok && page.text.contains("signalbox check"))
            fixture.backend.content.withLock { $0.standings = [] }
            #expect(try await client.get("/objectives", cookie: session.cookie).text.contains("No objective yet"))
        }
    }

    @Test("a service whose budget is spent stands first, with its gate, why, and when it eases")
    func budgets() async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/objectives", cookie: session.cookie).text
            #expect(text.contains("Gate shut") && text.contains("cart-availability has consumed 120 %"))
            #expect(text.contains("2 services; gates: 1 shut, 1 open<"))
            // Once, in the reader's words; and a gate that is simply open needs neither reason nor breaking.
            #expect(text.contains("When it eases cannot be foreseen") && !text.contains("no time at which"))
            #expect(!text.contains("search-availability has consumed"))
            #expect(text.split(separator: "value=\"cart\"").count == 2 && !text.contains("value=\"search\""))
            let cart = try #require(text.firstRange(of: "aria-label=\"cart\""))
            let search = try #require(text.firstRange(of: "aria-label=\"search\""))
            #expect(cart.lowerBound < search.lowerBound && text.contains("Gate open"))
            #expect(text.contains("action=\"/objectives/break-glass\""))
        }
    }

    @Test("break-glass is opened with a reason, seen by everybody, and closed")
    func breakGlass() async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        let viewer = try await fixture.session("viewer", fixture.viewerPassword)
        let reason = "reason=the+fix+is+the+deployment"
        try await fixture.application().test(.router) { client in
            let made = try await client.post(
                "/objectives/break-glass", "csrf=\(session.csrf)&service=cart&minutes=60&\(reason)",
                cookie: session.cookie)
            #expect(made.status == .seeOther)
            let text = try await client.get("/objectives", cookie: viewer.cookie).text
            #expect(text.contains("by admin: the fix is the deployment") && text.contains("Gate open, with care"))
            #expect(!text.contains("action=\"/objectives/break-glass"), "a viewer has no form")
            let closed = try await client.post(
                "/objectives/break-glass/glass/close", "csrf=\(session.csrf)", cookie: session.cookie)
            #expect(closed.status == .seeOther)
            #expect(try await client.get("/objectives", cookie: session.cookie).text.contains("Gate shut"))
        }
    }

    @Test(
        "break-glass without a reason, a right or the session's token is refused",
        arguments: ["minutes=60&service=cart&reason=no", "minutes=9999&service=cart&reason=long+enough+a+reason"])
    func refused(form: String) async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        let viewer = try await fixture.session("viewer", fixture.viewerPassword)
        let good = "minutes=60&service=cart&reason=long+enough+a+reason"
        try await fixture.application().test(.router) { client in
            let path = "/objectives/break-glass"
            let bad = try await client.post(path, "csrf=\(session.csrf)&\(form)", cookie: session.cookie)
            let forged = try await client.post(path, "csrf=x&\(good)", cookie: session.cookie)
            let unlicensed = try await client.post(path, "csrf=\(viewer.csrf)&\(good)", cookie: viewer.cookie)
            #expect(bad.status == .badRequest && forged.status == .forbidden && unlicensed.status == .forbidden)
        }
        #expect(fixture.backend.operations.gate.glasses.isEmpty)
    }

    @Test(
        "an objective's page has the curve, changes and incidents of its service, the worst hour and what an outage would do"
    )
    func objective() async throws {
        let fixture = try await fixture(.caution, 0.6)
        let session = try await fixture.session()
        fixture.backend.fire("CartDown", "P1", summary: "<b>down</b>", labels: ["service": "cart"])
        fixture.backend.fire("Elsewhere", "P1", labels: ["service": "search"])
        fixture.backend.apply(
            .changed(
                ChangeInput(
                    summary: "cart:2 & more", source: "ci", labels: ["service": "cart"], details: "", links: "",
                    by: "ci",
                    at: fixture.clock.now())))
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/objectives/cart-availability?outage=60", cookie: session.cookie).text
            #expect(text.contains("class=\"burn-curve\" d=\"M0 "))
            #expect(
                text.contains("cart:2 &amp; more") && text.contains("&lt;b&gt;down") && !text.contains("Elsewhere"))
            #expect(text.contains("1 change and 1 incident"))
            // 1 000 000 requests in 43 200 minutes: 60 of them lose 1 389 of a budget of 998, of which 997 are lost
            // already: 3 of 3000 leave the window meanwhile.
            #expect(text.contains("60 minutes in which everything fails: 238.9 % spent, frozen"))
            #expect(text.contains("Taken for granted: 23.1 events a minute"))
            #expect(text.contains("50 % caution") && text.contains("100 % frozen"))
            #expect(text.contains("UTC: 3 bad") && text.contains("<p class=\"figure\">0.3 %</p>"))
            #expect(try await client.get("/objectives/none", cookie: session.cookie).status == .notFound)
            for outage in ["0", "43201", "x"] {
                let path = "/objectives/cart-availability?outage=\(outage)"
                #expect(try await client.get(path, cookie: session.cookie).status == .badRequest)
            }
        }
    }

    @Test("agreements have a page for each of thirteen months, and none for the future")
    func agreements() async throws {
        let fixture = try await fixture()
        let session = try await fixture.session()
        let month = ReportMonth(containing: fixture.clock.now())
        try await fixture.application().test(.router) { client in
            let page = try await client.get("/objectives/agreements", cookie: session.cookie)
            #expect(page.status == .ok && page.text.contains("Agreements in \(month)"))
            #expect(page.text.contains("Preliminary") && page.text.contains("P0 mean time to repair"))
            let past = try await client.get("/objectives/agreements?month=\(month.previous)", cookie: session.cookie)
            #expect(past.text.contains("Agreements in \(month.previous)"))
            for bad in ["2999-01", "2026-13", "x"] {
                let path = "/objectives/agreements?month=\(bad)"
                #expect(try await client.get(path, cookie: session.cookie).status == .badRequest)
            }
        }
    }
}
