import Basics
import Ingest
import SignalModel
import Synchronization
import TestKit
import Testing
import WireFormats

@Suite(.timeLimit(.minutes(1))) struct DNSDiscoveryTests {
    /// Names in memory.
    private final class Names: DNSResolving {
        let answers = Mutex<[String: Result<[DNSRecord], DNSFailure>]>([:])
        let kinds = Mutex<[DNSRecord.Kind]>([])

        func records(of name: String, _ kind: DNSRecord.Kind) async throws(DNSFailure) -> [DNSRecord] {
            kinds.withLock { $0.append(kind) }
            return try (answers.withLock { $0[name] } ?? .failure(DNSFailure("could not resolve \(name)"))).get()
        }
    }

    private let clock = VirtualClock()
    private let names = Names()

    /// Runs `body` beside the discovery; `next` waits for what it sends next.
    private func run(
        _ configuration: DNSDiscoveryConfiguration, _ body: (_ next: () async -> DiscoveryUpdate?) async -> Void
    ) async {
        let (updates, updatesIn) = AsyncStream<DiscoveryUpdate>.makeStream()
        let discovery = DNSDiscovery(configuration, resolver: names, clock: clock)
        await withTaskGroup { group in
            group.addTask { await discovery.run { updatesIn.yield($0) } }
            await body {
                for await update in updates { return update }
                return nil
            }
            group.cancelAll()
        }
    }

    private func look() async {
        while clock.sleeperCount != 1 { await Task.yield() }
        clock.advance(by: .seconds(30))
    }

    static let kinds: [(DNSRecord.Kind, DNSRecord.Content, [(String, String)])] = [
        (
            .srv, .service(target: "web-1.test.", port: 8080),
            [
                ("__address__", "web-1.test:8080"), ("__meta_dns_srv_record_port", "8080"),
                ("__meta_dns_srv_record_target", "web-1.test."),
            ]
        ),
        (.a, .address([10, 0, 0, 1]), [("__address__", "10.0.0.1:9100")]),
        (.aaaa, .address([0xfd] + Array(repeating: 0, count: 14) + [1]), [("__address__", "[fd00::1]:9100")]),
        (
            .mx, .mailExchange("mx.test."),
            [("__address__", "mx.test:9100"), ("__meta_dns_mx_record_target", "mx.test.")]
        ),
        (
            .ns, .nameServer("ns.test."),
            [("__address__", "ns.test:9100"), ("__meta_dns_ns_record_target", "ns.test.")]
        ),
    ]

    @Test("each kind of record becomes a target with Prometheus' labels", arguments: kinds)
    func records(_ kind: DNSRecord.Kind, _ content: DNSRecord.Content, _ labels: [(String, String)]) async {
        var configuration = DNSDiscoveryConfiguration(names: ["shop.test"])
        configuration.type = kind
        configuration.port = 9100
        names.answers.withLock { $0["shop.test"] = .success([DNSRecord(.other), DNSRecord(content)]) }
        await run(configuration) { next in
            let expected = Labels((labels + [("__meta_dns_name", "shop.test")]).map { (name: $0.0, value: $0.1) })
            #expect(await next() == .changed([TargetGroup(source: "shop.test", targets: [expected])]))
        }
        #expect(names.kinds.withLock { $0 } == [kind])
    }

    @Test("a name that fails keeps its targets while the others change; one that is nowhere loses them")
    func failures() async {
        var configuration = DNSDiscoveryConfiguration(names: ["a.test", "b.test"])
        configuration.type = .a
        configuration.port = 1
        func group(_ name: String, _ addresses: String...) -> TargetGroup {
            TargetGroup(
                source: name, targets: addresses.map { Labels([("__address__", $0), ("__meta_dns_name", name)]) })
        }
        func answer(_ name: String, _ result: Result<[DNSRecord], DNSFailure>) {
            names.answers.withLock { $0[name] = result }
        }
        answer("a.test", .success([DNSRecord(.address([10, 0, 0, 1]))]))
        answer("b.test", .success([DNSRecord(.address([10, 0, 0, 2]))]))
        await run(configuration) { next in
            #expect(await next() == .changed([group("a.test", "10.0.0.1:1"), group("b.test", "10.0.0.2:1")]))
            answer("a.test", .failure(DNSFailure("no server")))
            answer("b.test", .success([]))
            await look()
            #expect(await next() == .changed([group("b.test")]))
            #expect(await next() == .failed("no server", place: "a.test"))
            await look()
            // It fails as before: no recovery in between.
            #expect(await next() == .failed("no server", place: "a.test"))
            answer("a.test", .success([DNSRecord(.address([10, 0, 0, 1]))]))
            await look()
            #expect(await next() == .changed([]))
        }
    }
}
