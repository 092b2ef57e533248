import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("Traces in the console")
struct TraceRouteTests {
    @Test(
        "each page has its tab lit, and its form filled from the address",
        arguments: [
            ("/traces", "Services"), ("/traces/search", "Search"), ("/traces/errors", "Errors"),
            ("/traces/map", "Map"),
            ("/traces/sampling", "Sampling"), ("/traces/doctor", "Doctor"),
        ])
    func tabs(path: String, name: String) async throws {
        let fixture = try await ConsoleFixture()
        let session = try await fixture.session("viewer", fixture.viewerPassword)
        try await fixture.application().test(.router) { client in
            let hostile = path + "?service=%22%3E%3Cscript%3E&operation=%3Cb%3E&query=a%22b&status=error&range=6h"
            let page = try await client.get(hostile, cookie: session.cookie)
            #expect(page.status == .ok)
            #expect(page.text.contains("<a href=\"\(path)\" aria-current=\"page\">\(name)</a>"))
            #expect(!page.text.contains("<script>") && !page.text.contains("<b>\""))
            #expect(try await client.get(path).status == .seeOther)
        }
    }

    @Test("a trace's page is for what is an id; a service's for a name")
    func places() async throws {
        let fixture = try await ConsoleFixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let page = try await client.get("/traces/5b8efff798038103d269b633813fc60c", cookie: session.cookie)
            #expect(page.text.contains("data-trace=\"5b8efff798038103d269b633813fc60c\""))
            let wrong = try await client.get("/traces/not-an-id", cookie: session.cookie)
            #expect(wrong.status == .notFound && wrong.text.contains("hexadecimal"))
            let service = try await client.get("/traces/service?service=a%26b", cookie: session.cookie)
            #expect(service.text.contains("<h1>a&amp;b</h1>") && service.text.contains("value=\"a&amp;b\""))
            let none = try await client.get("/traces/service", cookie: session.cookie)
            #expect(none.status == .seeOther && none.headers[.location] == "/traces")
        }
    }

    @Test("only who may change rates is offered to")
    func sampling() async throws {
        let fixture = try await ConsoleFixture()
        let (admin, viewer) = (
            try await fixture.session(), try await fixture.session("viewer", fixture.viewerPassword)
        )
        try await fixture.application().test(.router) { client in
            let may = try await client.get("/traces/sampling", cookie: admin.cookie).text
            #expect(may.contains("sampling-form") && may.contains("data-csrf=\"\(admin.csrf)\""))
            let mayNot = try await client.get("/traces/sampling", cookie: viewer.cookie).text
            #expect(!mayNot.contains("sampling-form") && mayNot.contains("needs an editor"))
        }
    }
}
