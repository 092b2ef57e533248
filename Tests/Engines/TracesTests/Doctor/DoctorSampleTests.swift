import SignalModel
import Testing

@testable import Traces

@Suite("The doctor tells proxies from services by what they send")
struct DoctorSampleTests {
    private static let whole: Range<Int64> = 0..<1_000_000_000_000

    @Test("spans of Istio's sidecars and of an SDK that never meet")
    func mesh() throws {
        var fixture = SpanFixture()
        for number: UInt64 in 1...10 {
            fixture.add(
                trace: number, 1, "cart:8080/*", service: "cart.prod", kind: .server, at: Int64(number),
                [
                    ("component", "proxy"), ("node_id", "sidecar~10.0.0.7~cart-1.prod~prod.svc.cluster.local"),
                    ("guid:x-request-id", "request \(number)"),
                ])
            fixture.add(
                trace: 100 + number, 1, "GET /cart", service: "cart", kind: .server, at: Int64(number),
                [("http.request.header.x-request-id", "request \(number)")])
        }
        let sample = try SpanFixture.reader(fixture.batch).doctorSample(times: Self.whole)
        #expect(sample.workloads == ["cart"] && sample.traces.count == 20 && !sample.isPart)
        let found = TraceDoctor.findings(sample)
        #expect(found.map(\.kind) == [.proxyApart])
        #expect(found.first?.splitRequests == 10 && found.first?.service == "cart")
    }

    @Test("of very many traces a part is looked at, also when their ids are chosen to be alike")
    func chosenIDs() throws {
        var batch = SpanBatch()
        let resource = batch.append(
            SpanResource(service: batch.number(of: "shop"), environment: 0, version: 0, fields: 0..<0))
        for number in 1...UInt64(25_000) {
            var span = Span(
                trace: TraceID(high: number, low: number), id: 1, startNanoseconds: 1_000_000,
                name: batch.number(of: "work"), resource: resource)
            span.kind = .server
            batch.append(span)
        }
        let sample = try SpanFixture.reader(batch).doctorSample(times: Self.whole)
        #expect(sample.isPart && (5_000...20_000).contains(sample.traces.count))
    }

    @Test("calls are told by whom they name")
    func calls() throws {
        var fixture = SpanFixture()
        for number: UInt64 in 1...6 {
            fixture.add(trace: number, 1, "GET /", service: "shop", kind: .server, at: Int64(number))
            fixture.add(
                trace: number, 2, parent: 1, "GET", service: "shop", kind: .client, at: Int64(number),
                [("server.address", "mail.prod.svc.cluster.local")])
            fixture.add(trace: 100 + number, 1, "send", service: "mail", kind: .server, at: Int64(number))
        }
        let found = TraceDoctor.findings(try SpanFixture.reader(fixture.batch).doctorSample(times: Self.whole))
        #expect(found.map(\.kind) == [.callsApart])
        #expect(found.first?.service == "shop" && found.first?.callee == "mail")
        let none = try SpanFixture.reader(fixture.batch).doctorSample(times: 0..<1)
        #expect(none.traces.isEmpty && TraceDoctor.findings(none).isEmpty)
    }
}
