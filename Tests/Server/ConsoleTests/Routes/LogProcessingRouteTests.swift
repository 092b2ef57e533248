import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("Processing of logs in the console")
struct LogProcessingRouteTests {
    @Test("who may edit pipelines is offered to try, save, give up and replay; others are told why not")
    func roles() async throws {
        let fixture = try await ConsoleFixture()
        let (admin, viewer) = (
            try await fixture.session(), try await fixture.session("viewer", fixture.viewerPassword)
        )
        try await fixture.application().test(.router) { client in
            let may = try await client.get("/logs/processing", cookie: admin.cookie)
            #expect(may.status == .ok && may.text.contains("data-csrf=\"\(admin.csrf)\" data-may-edit"))
            for part in ["letters-retry", "letters-discard", "pipeline-save", "try-run", "replay-form"] {
                #expect(may.text.contains("id=\"\(part)\""), "\(part)")
            }
            let mayNot = try await client.get("/logs/processing", cookie: viewer.cookie)
            #expect(mayNot.status == .ok && !mayNot.text.contains("data-may-edit"))
            for part in ["letters-retry", "letters-list", "pipeline-save", "try-document", "replay-form"] {
                #expect(!mayNot.text.contains("id=\"\(part)\""), "\(part)")
            }
            #expect(mayNot.text.contains("ask an admin for <b>editor</b>"))
            #expect(try await client.get("/logs/processing").status == .seeOther)
        }
    }

    @Test("it is reached from the page of logs")
    func reached() async throws {
        let fixture = try await ConsoleFixture()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let page = try await client.get("/logs", cookie: session.cookie)
            #expect(page.text.contains("href=\"/logs/processing\""))
        }
    }
}
