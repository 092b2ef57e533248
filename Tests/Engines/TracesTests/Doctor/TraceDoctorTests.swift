import SignalModel
import Testing

@testable import Traces

@Suite("The doctor says which traces should be one, and why they are not")
struct TraceDoctorTests {
    typealias Span = DoctorSample.Span

    private static let cart: Int32 = 0
    private static let mail: Int32 = 1

    /// `count` traces of the same shape; ids go on from `first`.
    private static func traces(
        _ count: Int, from first: UInt64, high: UInt64 = 1, request: (text: String, isProxy: Bool)? = nil,
        _ spans: [Span]
    ) -> [DoctorSample.Trace] {
        (0..<UInt64(count)).map { number in
            var trace = DoctorSample.Trace(id: TraceID(high: high, low: first + number), spans: spans)
            if let request {
                trace.requests = [
                    DoctorSample.RequestID(
                        hash: DoctorSample.hash("\(request.text)\(number)"), workload: cart, isProxy: request.isProxy)
                ]
            }
            return trace
        }
    }

    private static func findings(_ traces: [DoctorSample.Trace]...) -> [TraceFinding] {
        var sample = DoctorSample()
        sample.workloads = ["cart", "mail"]
        sample.traces = traces.flatMap { $0 }
        return TraceDoctor.findings(sample)
    }

    private static let proxyIn = Span(1, of: cart, .entry, isProxy: true)
    private static let proxyOut = Span(2, of: cart, .call, isProxy: true)
    private static let own = Span(3, of: cart, .entry)
    private static let joined = Span(3, parent: 1, of: cart, .entry)
    private static let toMail = Span(4, parent: 3, of: cart, .call, to: mail)
    private static let mailOwn = Span(5, of: mail, .entry)
    private static let mailJoined = Span(5, parent: 4, of: mail, .entry)

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var traces: [[DoctorSample.Trace]]
        var kinds: [TraceFinding.Kind]
    }

    static let cases: [Case] = [
        Case(testDescription: "nothing at all", traces: [], kinds: []),
        Case(
            testDescription: "a proxy and its service in one trace",
            traces: [traces(10, from: 1, [proxyIn, joined])], kinds: []),
        Case(
            testDescription: "B3 here and W3C there: never in one",
            traces: [traces(10, from: 1, [proxyIn]), traces(10, from: 100, [own])], kinds: [.proxyApart]),
        Case(
            testDescription: "four of each are chance",
            traces: [traces(4, from: 1, [proxyIn]), traces(4, from: 100, [own])], kinds: []),
        Case(
            testDescription: "four of each with the same request ids are not",
            traces: [
                traces(4, from: 1, request: ("r", true), [proxyIn]),
                traces(4, from: 100, request: ("r", false), [own]),
            ], kinds: [.proxyApart]),
        Case(
            testDescription: "few proxies traced, each in a trace of its service",
            traces: [traces(6, from: 1, [proxyIn, joined]), traces(500, from: 100, [own])], kinds: []),
        Case(
            testDescription: "one instance of three does it right",
            traces: [
                traces(5, from: 1, [proxyIn, joined]), traces(10, from: 50, [proxyIn]), traces(10, from: 100, [own]),
            ], kinds: [.proxyPartlyApart]),
        Case(
            testDescription: "the proxy's ids are the lower halves",
            traces: [traces(10, from: 1, high: 0, [proxyIn]), traces(10, from: 1, high: 7, [own])],
            kinds: [.halvedIDs]),
        Case(
            testDescription: "in and out never meet, and the service says nothing",
            traces: [traces(9, from: 1, [proxyIn]), traces(9, from: 100, [proxyOut])], kinds: [.contextDropped]),
        Case(
            testDescription: "in and out meet",
            traces: [traces(9, from: 1, [proxyIn, proxyOut]), traces(50, from: 100, [proxyIn])], kinds: []),
        Case(
            testDescription: "in and out never meet because formats differ: told once",
            traces: [
                traces(9, from: 1, [proxyIn]), traces(9, from: 100, [proxyOut]), traces(9, from: 200, [own]),
            ], kinds: [.proxyApart]),
        Case(
            testDescription: "calls whose other side begins a trace of its own",
            traces: [traces(10, from: 1, [own, toMail]), traces(10, from: 100, [mailOwn])], kinds: [.callsApart]),
        Case(
            testDescription: "calls that are answered in the same trace",
            traces: [traces(10, from: 1, [own, toMail, mailJoined]), traces(10, from: 100, [mailOwn])], kinds: []),
        Case(
            testDescription: "calls to what sends nothing",
            traces: [traces(10, from: 1, [own, toMail])], kinds: []),
        Case(
            testDescription: "parents that never come",
            traces: [traces(20, from: 1, [Span(3, parent: 77, of: cart, .entry)])], kinds: [.parentsMissing]),
        Case(
            testDescription: "a few parents that have not come yet",
            traces: [
                traces(20, from: 1, [own]), traces(15, from: 100, [Span(3, parent: 77, of: cart, .entry)]),
            ], kinds: []),
        Case(
            testDescription: "what is broken comes before what is doubtful",
            traces: [
                traces(30, from: 1, [Span(3, parent: 77, of: cart, .entry), toMail]),
                traces(10, from: 100, [mailOwn]),
            ], kinds: [.callsApart, .parentsMissing]),
    ]

    @Test("kinds of findings", arguments: cases)
    func kinds(one: Case) {
        var sample = DoctorSample()
        sample.workloads = ["cart", "mail"]
        sample.traces = one.traces.flatMap { $0 }
        #expect(TraceDoctor.findings(sample).map(\.kind) == one.kinds)
    }

    @Test("a finding says what it is drawn from, and has a trace of either side to look at")
    func evidence() throws {
        let found = Self.findings(
            Self.traces(12, from: 1, request: ("r", true), [Self.proxyIn]),
            Self.traces(7, from: 100, request: ("r", false), [Self.own]))
        let finding = try #require(found.first)
        #expect(finding.service == "cart" && finding.first == 12 && finding.second == 7 && finding.joined == 0)
        #expect(finding.splitRequests == 7 && finding.roots == 7 && finding.requests == 7)
        #expect(finding.examples == [TraceID(high: 1, low: 1), TraceID(high: 1, low: 100)])
        let calls = try #require(
            Self.findings(
                Self.traces(10, from: 1, [Self.own, Self.toMail]), Self.traces(8, from: 100, [Self.mailOwn])
            ).first)
        #expect(calls.service == "cart" && calls.callee == "mail" && calls.first == 10 && calls.second == 8)
        #expect(calls.roots == 8 && calls.requests == 8)
    }

    @Test(
        "a service, its proxy and its callers mean one",
        arguments: [
            ("cart.prod.svc.cluster.local:8080", "cart"), ("Cart", "cart"), ("cart:80", "cart"),
            ("10.0.0.7", "10.0.0.7"), ("10.0.0.7:80", "10.0.0.7:80"), ("[::1]:80", "[::1]:80"), ("", ""), (".", ""),
        ])
    func hosts(text: String, name: String) { #expect(WorkloadName.host(text) == name) }

    @Test("Envoy's names of clusters")
    func clusters() {
        #expect(WorkloadName.cluster("outbound|8080||cart.prod.svc.cluster.local") == "cart")
        #expect(WorkloadName.cluster("inbound|8080||") == "8080")
        #expect(WorkloadName.cluster("cart") == "cart")
        #expect(WorkloadName.cluster("") == "")
    }
}
