import Basics
import HTTPTypes
import HummingbirdTesting
import Ingest
import SignalModel
import Synchronization
import Testing

@Suite("Targets in the console")
struct TargetRouteTests {
    /// A job with a target that is up, one that is down, one that a rule drops, and a file that is bad.
    private static func scraping() async throws -> ConsoleFixture {
        let fixture = try await ConsoleFixture()
        var keep = RelabelSettings()
        keep.action = .keep
        keep.sourceLabels = ["role"]
        keep.regex = "web"
        var copy = RelabelSettings()
        copy.sourceLabels = ["__meta_zone"]
        copy.targetLabel = "zone"
        var configuration = ScrapeConfiguration(jobName: "shop & co", interval: .seconds(60), timeout: .seconds(10))
        configuration.relabelling = Relabelling([try RelabelRule(keep), try RelabelRule(copy)])
        let set = TargetSet(
            configuration,
            [
                TargetGroup(
                    source: "0", addresses: ["a:1", "b:1"],
                    labels: Labels([("role", "web"), ("__meta_zone", "<b>x</b>")])),
                TargetGroup(source: "1", addresses: ["c:1"], labels: Labels([("role", "db")])),
            ])
        var statuses = set.targets.map(TargetStatus.init)
        statuses[0].health = .up
        statuses[1].health = .down
        statuses[1].lastError = "no such page"
        let (targets, pool) = (
            statuses,
            PoolStatus(
                name: "shop & co", dropped: set.dropped, droppedCount: set.droppedCount,
                problems: ["file: /sd/a.yml: 2:1: bad"], relabelling: configuration.relabelling)
        )
        fixture.backend.content.withLock { content in
            content.targets = targets
            content.pools = [pool, PoolStatus(name: "empty")]
        }
        return fixture
    }

    private static func links(_ text: String) -> [String] {
        text.matches(of: /href="(\/targets\/one[^"]*)"/).map {
            String($0.output.1).replacing("&amp;", with: "&")
        }
    }

    @Test("a job says how it does, worst target first, with what was dropped and what is wrong")
    func list() async throws {
        let fixture = try await Self.scraping()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let text = try await client.get("/targets", cookie: session.cookie).text
            #expect(text.contains("1 of 2 up") && text.contains("no targets"))
            #expect(text.contains("no such page") && text.contains("file: /sd/a.yml: 2:1: bad"))
            #expect(text.contains("1 dropped by relabelling"))
            let urls = text.matches(of: /<code>([^<]*)<\/code><\/a>/).map { String($0.output.1) }
            #expect(urls == ["http://b:1/metrics", "http://a:1/metrics", "c:1"])
            #expect(!text.contains("<b>x</b>"))
        }
    }

    @Test("a target by itself shows what it was found with and what each rule made of it")
    func target() async throws {
        let fixture = try await Self.scraping()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let list = try await client.get("/targets", cookie: session.cookie).text
            let links = Self.links(list)
            try #require(links.count == 3)
            let down = try await client.get(links[0], cookie: session.cookie).text
            #expect(down.contains("no such page") && down.contains("__meta_zone"))
            #expect(down.contains("keeps the target") && down.contains("&lt;b&gt;x&lt;/b&gt;"))
            #expect(down.contains("class=\"change added\"") && !down.contains("drops the target"))
            let dropped = try await client.get(links[2], cookie: session.cookie).text
            #expect(dropped.contains("drops the target") && dropped.contains("1 more rule not reached"))
        }
    }

    @Test(
        "a target that is no longer there is said to be so", arguments: ["", "job=shop", "job=shop%20%26%20co&key=1"])
    func gone(_ query: String) async throws {
        let fixture = try await Self.scraping()
        let session = try await fixture.session()
        try await fixture.application().test(.router) { client in
            let answer = try await client.get("/targets/one?" + query, cookie: session.cookie)
            #expect(answer.status == .notFound && answer.text.contains("no such target"))
        }
    }

    @Test("without a session nothing of it is shown")
    func access() async throws {
        let fixture = try await Self.scraping()
        try await fixture.application().test(.router) { client in
            let answer = try await client.get("/targets/one?job=x&url=y")
            #expect(answer.status == .seeOther)
        }
    }
}
