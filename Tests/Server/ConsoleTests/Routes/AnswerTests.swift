import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Console

@Suite("How the console answers")
struct AnswerTests {
    @Test(
        "every page forbids scripts that are not ours, framing and guessing of types",
        arguments: [
            "/", "/alerts", "/explore", "/targets", "/rules", "/about", "/alerts/none", "/explore/language.json",
        ])
    func headers(_ path: String) async throws {
        let fixture = try await ConsoleFixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let answer = try await client.get(path, cookie: session.cookie)
            let names = ["Content-Security-Policy", "X-Content-Type-Options"].compactMap { HTTPField.Name($0) }
            let policy = try #require(answer.headers[names[0]])
            #expect(policy.contains("script-src 'self';") && policy.contains("style-src 'self';"))
            #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
            #expect(answer.headers[names[1]] == "nosniff")
        }
    }

    @Test("files are kept by browsers for as long as their URL stays, and open to anybody")
    func assets() async throws {
        let fixture = try await ConsoleFixture()
        let prefix = ConsoleAssets.embedded.prefix
        try await fixture.application().test(.router) { client in
            let style = try await client.get(prefix + "base.css")
            #expect(style.status == .ok && style.headers[.contentType] == "text/css; charset=utf-8")
            #expect(style.headers[.cacheControl]?.contains("immutable") == true)
            #expect(try await client.get("/assets/0/base.css").headers[.cacheControl] == "no-store")
            #expect(try await client.get(prefix + "none.css").status == .notFound)
            #expect(try await client.get(prefix + "..%2Flayout.mustache").status == .notFound)
            let manifest = try await client.get("/manifest.webmanifest")
            #expect(manifest.headers[.contentType] == "application/manifest+json")
            #expect(manifest.text.contains(prefix + "icon.svg"))
        }
    }

    @Test("Explore keeps what its URL says, whatever that is")
    func explore() async throws {
        let fixture = try await ConsoleFixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let hostile = "/explore?query=%3C%2Ftextarea%3E%3Cscript%3E&view=table&range=6h&step=%22%3E"
            let text = try await client.get(hostile, cookie: session.cookie).text
            #expect(text.contains("&lt;/textarea&gt;&lt;script&gt;</textarea>"))
            #expect(text.contains("value=\"table\" checked") && text.contains("value=\"6h\" selected"))
            #expect(text.contains("value=\"&quot;&gt;\""))
            let language = try await client.get("/explore/language.json", cookie: session.cookie).text
            #expect(language.contains("\"rate(range vector) → instant vector\""))
        }
    }

    @Test(
        "dark or light is remembered, and nothing else is taken from that cookie",
        arguments: [
            ("dark", true), ("light", true), ("\"><script>", false), ("", false),
        ])
    func theme(_ value: String, _ isKept: Bool) async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/sign-in", cookie: "signalbox_theme=\(value)").text
            #expect(text.contains("data-theme=") == isKept)
        }
    }
}
