import Basics
import Ingest
import SignalModel
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct TargetFetcherTests {
    private let clock = VirtualClock()

    private func fetch(
        _ answer: LocalTarget.Answer, advance: Bool = false, _ change: (inout ScrapeConfiguration) -> Void = { _ in }
    ) async throws -> (answer: Result<ScrapeAnswer, ScrapeFailure>, headers: [String: String]) {
        let server = try await LocalTarget.start(answer)
        var configuration = ScrapeConfiguration(jobName: "j", interval: .seconds(60), timeout: .seconds(10))
        change(&configuration)
        let target = try #require(
            TargetSet(configuration, [TargetGroup(source: "0", addresses: [server.address])]).targets.first)
        let clients = HTTPClients(
            disk: MemoryFileSystem(randomness: SeededRandomness(seed: 1)), environment: { _ in nil }, clock: clock)
        let fetcher = TargetFetcher(clients: clients, clock: clock)
        async let result = fetcher.fetch(target)
        if advance {
            while clock.sleeperCount == 0 { await Task.yield() }
            clock.advance(by: .seconds(10))
        }
        let outcome = await (result, server.headers)
        await clients.shutDown()
        try await server.stop()
        return outcome
    }

    private func failure(_ answer: Result<ScrapeAnswer, ScrapeFailure>) -> String? {
        if case .failure(let failure) = answer { return failure.description }
        return nil
    }

    @Test("a page comes back as it is, asked for with Prometheus' headers")
    func page() async throws {
        let (answer, headers) = try await fetch(.page(body: Array("m 1\n".utf8)))
        #expect(try answer.get() == ScrapeAnswer(body: Array("m 1\n".utf8), contentType: nil))
        #expect(
            headers["accept"]
                == "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
        #expect(headers["accept-encoding"] == "gzip")
        #expect(headers["x-prometheus-scrape-timeout-seconds"] == "10")
        #expect(headers["user-agent"] == "Signalbox")
        #expect(headers["authorization"] == nil)
    }

    private static let secrets: [(HTTPClientSettings.Authentication, String)] = [
        (.basic(username: .text("me"), password: .text("pass")), "Basic bWU6cGFzcw=="),
        (.basic(username: .text("me"), password: nil), "Basic bWU6"),
        (.header(type: "Bearer", credentials: .text("abc")), "Bearer abc"),
    ]

    @Test("credentials are sent", arguments: secrets)
    func credentials(authentication: HTTPClientSettings.Authentication, expected: String) async throws {
        let (_, headers) = try await fetch(.page(body: [])) { $0.http.authentication = authentication }
        #expect(headers["authorization"] == expected)
    }

    @Test("a gzip answer is unpacked")
    func gzip() async throws {
        let text = [UInt8](repeating: UInt8(ascii: "#"), count: 100_000)
        let (answer, _) = try await fetch(.page(headers: [("Content-Encoding", "gzip")], body: gzipped(text)))
        #expect(try answer.get().body == text)
    }

    @Test("an answer larger than allowed fails, also when it only unpacks to that", arguments: [false, true])
    func tooLarge(isPacked: Bool) async throws {
        let text = [UInt8](repeating: UInt8(ascii: "#"), count: 5_000_000)
        let headers = isPacked ? [("Content-Encoding", "gzip")] : []
        let (answer, _) = try await fetch(.page(headers: headers, body: isPacked ? gzipped(text) : text)) {
            $0.bodyBytesMax = 100_000
        }
        #expect(failure(answer) == "body size limit exceeded")
    }

    @Test("a status other than 200 fails", arguments: [404, 500, 204])
    func status(code: Int) async throws {
        let (answer, _) = try await fetch(.page(status: code, body: []))
        #expect(failure(answer)?.hasPrefix("server returned HTTP status \(code)") == true)
    }

    @Test("the format is asked for as the job says, and what the answer is in comes with it")
    func contentType() async throws {
        let type = "application/openmetrics-text; version=1.0.0"
        let (answer, headers) = try await fetch(.page(headers: [("Content-Type", type)], body: [])) {
            $0.negotiation = ScrapeNegotiation(protocols: [.prometheusProto, .text004])
        }
        #expect(try answer.get().contentType == type)
        #expect(
            headers["accept"]
                == "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.4")
    }

    @Test("an answer that does not end is given up at the timeout")
    func stall() async throws {
        let (answer, _) = try await fetch(.stall, advance: true)
        #expect(failure(answer)?.hasPrefix("context deadline exceeded") == true)
    }

    @Test("a target that is not there fails at once")
    func refused() async throws {
        let configuration = ScrapeConfiguration(jobName: "j", interval: .seconds(60), timeout: .seconds(10))
        // Port 1 of loopback: nobody listens.
        let target = try #require(
            TargetSet(configuration, [TargetGroup(source: "0", addresses: ["127.0.0.1:1"])]).targets.first)
        let clients = HTTPClients(
            disk: MemoryFileSystem(randomness: SeededRandomness(seed: 1)), environment: { _ in nil }, clock: clock)
        let fetcher = TargetFetcher(clients: clients, clock: clock)
        #expect(failure(await fetcher.fetch(target)) != nil)
        await clients.shutDown()
    }
}
