import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("Signing in and out")
struct SignInTests {
    @Test("a browser without a session is sent to sign in, and afterwards where it wanted to go")
    func wayIn() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.application(isSecure: true).test(.router) { client in
            let sent = try await client.get("/alerts")
            #expect(sent.status == .seeOther)
            #expect(sent.headers[.location] == "/sign-in?next=/alerts")
            let form = try await client.get("/sign-in?next=/alerts")
            #expect(form.status == .ok)
            #expect(form.text.contains("name=\"next\" value=\"/alerts\""))
            let done = try await client.post("/sign-in", "name=admin&password=\(fixture.password)&next=/alerts")
            #expect(done.status == .seeOther)
            #expect(done.headers[.location] == "/alerts")
            let cookie = try #require(done.headers[.setCookie])
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("; Secure"))
            let session = String(try #require(cookie.split(separator: ";").first))
            #expect(try await client.get("/alerts", cookie: session).status == .ok)
        }
    }

    @Test("a wrong password is refused in words, keeps the name and sets no cookie")
    func refused() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.application().test(.router) { client in
            let answer = try await client.post("/sign-in", "name=%3Cb%3Eadmin&password=no&next=//evil.example")
            #expect(answer.status == .unauthorized)
            #expect(answer.headers[.setCookie] == nil)
            // The browser's own dialogue must not open over the page.
            #expect(answer.headers[.wwwAuthenticate] == nil)
            #expect(answer.text.contains("value=\"&lt;b&gt;admin\""))
            #expect(answer.text.contains("name or the password is wrong"))
            #expect(!answer.text.contains("evil.example"))
        }
    }

    @Test("too many wrong passwords are answered 429 with a time to wait")
    func throttled() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.application().test(.router) { client in
            var last: TestResponse?
            for _ in 0..<30 { last = try await client.post("/sign-in", "name=admin&password=no") }
            #expect(last?.status == .tooManyRequests)
            #expect(last?.headers[.retryAfter] != nil)
        }
    }

    @Test(
        "a sign-in form sent by another site is refused",
        arguments: [
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "https://evil.example"],
            ["Origin": "null"],
        ])
    func otherSite(_ headers: [String: String]) async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.application().test(.router) { client in
            var fields: HTTPFields = [:]
            for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
            let answer = try await client.post(
                "/sign-in", "name=admin&password=\(fixture.password)", headers: fields)
            #expect(answer.status == .forbidden)
            #expect(answer.headers[.setCookie] == nil)
        }
    }

    @Test("signing out ends the session, and only with its token")
    func signOut() async throws {
        let fixture = try await ConsoleFixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            #expect(try await client.post("/sign-out", "csrf=wrong", cookie: session.cookie).status == .forbidden)
            #expect(try await client.get("/", cookie: session.cookie).status == .ok)
            let answer = try await client.post("/sign-out", "csrf=\(session.csrf)", cookie: session.cookie)
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await client.get("/", cookie: session.cookie).status == .seeOther)
        }
    }

    @Test("where nobody signs in, the form leads on")
    func open() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.application(signIn: false).test(.router) { client in
            let form = try await client.get("/sign-in?next=/rules")
            #expect(form.headers[.location] == "/rules")
            let now = try await client.get("/")
            #expect(now.status == .ok)
        }
    }
}
