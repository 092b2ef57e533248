import Basics
import PromQL
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import Backends

@Suite("Asking a backend")
struct RemoteAskingTests {
    private let clock = VirtualClock()
    private static let empty = #"{"status":"success","data":{"resultType":"vector","result":[]}}"#

    private func asking(_ backend: ScriptedBackend) -> RemoteAsking {
        RemoteAsking(
            transport: backend, settings: RemoteStoreSettings(writeURL: "", queryURL: "http://far/prometheus"),
            clock: clock)
    }

    private func evaluator(_ backend: ScriptedBackend, _ limits: QueryLimits = QueryLimits()) -> RemoteEvaluator {
        RemoteEvaluator(asking: asking(backend), limits: limits)
    }

    private func form(_ request: RemoteRequest?) -> [String] {
        guard case .form(let pairs) = request?.body else { return [] }
        return pairs.map { "\($0.name)=\($0.value)" }
    }

    @Test("the whole text goes, with its time, its time-out and what differs from the usual")
    func instant() async throws {
        let backend = ScriptedBackend(then: .answer(200, body: Self.empty))
        let time = Timestamp(milliseconds: 1_700_000_000_007)
        _ = try await evaluator(backend).instant("up > 0", at: time)
        #expect(backend.requests[0].url == "http://far/prometheus/api/v1/query")
        #expect(form(backend.requests[0]) == ["query=up > 0", "time=1700000000.007", "timeout=120000ms"])
        var limits = QueryLimits()
        limits.lookback = .seconds(60)
        limits.timeout = .seconds(5)
        _ = try await evaluator(backend, limits).instant("up", at: Timestamp(milliseconds: -1500))
        #expect(
            form(backend.requests[1]) == ["query=up", "time=-1.500", "timeout=5000ms", "lookback_delta=60000ms"])
        #expect(backend.requests[1].timeout == .seconds(5))
    }

    @Test("ranges come sorted, with warnings and infos")
    func range() async throws {
        let backend = ScriptedBackend(
            then: .answer(
                200,
                body: #"{"status":"success","warnings":["w"],"infos":["i"],"data":{"resultType":"matrix","result":["#
                    + #"{"metric":{"a":"2"},"values":[]},{"metric":{"a":"1"},"values":[]}]}}"#))
        let result = try await evaluator(backend).range(
            "up", from: .epoch, through: Timestamp(seconds: 60), step: .milliseconds(1500))
        guard case .matrix(let series) = result.value else {
            Issue.record("no matrix")
            return
        }
        #expect(series.map { $0.labels["a"] } == ["1", "2"] && result.warnings == ["w"] && result.infos == ["i"])
        #expect(form(backend.requests[0]).contains("step=1.500"))
    }

    @Test(
        "refusals keep the backend's words, and their kind",
        arguments: [
            (400, #"{"status":"error","errorType":"bad_data","error":"no"}"#, QueryError.Code.parse),
            (422, #"{"status":"error","errorType":"execution","error":"no"}"#, .execution),
            (503, #"{"status":"error","errorType":"timeout","error":"no"}"#, .timeout),
            (503, #"{"status":"error","errorType":"canceled","error":"no"}"#, .canceled),
            (500, #"{"status":"error","errorType":"internal","error":"no"}"#, .storage),
            (422, #"{"status":"error","errorType":"422","error":"no","data":null}"#, .execution),
            (400, "no", .parse),
        ])
    func refusals(status: Int, body: String, code: QueryError.Code) async throws {
        let evaluator = evaluator(ScriptedBackend(then: .answer(status, body: body)))
        let error = await #expect(throws: QueryError.self) { try await evaluator.instant("up", at: .epoch) }
        #expect(error == QueryError(code, "no"))
    }

    @Test(
        "what is no answer is told as unavailable, with the place and never as nothing",
        arguments: [
            (200, "<html>sign in</html>"), (200, ""), (200, #"{"status":"success"}"#),
            (200, #"{"status":"success","data":null}"#), (200, #"{"status":"fine","data":{}}"#),
            (200, #"{"status":"error","error":"no"}"#), (204, ""), (401, "who are you"), (403, "no"),
            (404, "page not found"), (429, "slowly"), (500, "oops"), (502, "<html>"),
            (503, #"{"status":"error","errorType":"unavailable","error":"later"}"#),
        ])
    func unavailable(status: Int, body: String) async throws {
        let evaluator = evaluator(ScriptedBackend(then: .answer(status, body: body)))
        let error = await #expect(throws: SampleStoreError.self) { try await evaluator.instant("up", at: .epoch) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("http://far/prometheus/api/v1/query") == true)
    }

    @Test("no answer at all")
    func failures() async throws {
        func ask(_ code: RemoteFailure.Code) async throws {
            let backend = ScriptedBackend(then: .failure(RemoteFailure(code, "http://far: gone")))
            _ = try await evaluator(backend).instant("up", at: .epoch)
        }
        let unreachable = await #expect(throws: SampleStoreError.self) { try await ask(.unreachable) }
        #expect(unreachable?.code == .unavailable && unreachable?.message.contains("http://far: gone") == true)
        let large = await #expect(throws: SampleStoreError.self) { try await ask(.tooLarge) }
        #expect(large?.code == .limit)
        let late = await #expect(throws: QueryError.self) { try await ask(.timeout) }
        #expect(late?.code == .timeout)
    }

    private final class Asker: QueryCancellation {
        private let isGone = Atomic(false)
        var isCancelled: Bool { isGone.load(ordering: .relaxed) }
        func note(samplesHeld: Int, samplesRead: Int) {}
        func leave() { isGone.store(true, ordering: .relaxed) }
    }

    @Test("a query ends when its asker has gone, or the server stops", arguments: [true, false])
    func cancellation(leaves: Bool) async throws {
        let backend = ScriptedBackend(then: .silence)
        let (asking, asker) = (asking(backend), Asker())
        let clock = clock
        try await withThrowingTaskGroup { group in
            group.addTask {
                let evaluator = RemoteEvaluator(asking: asking, limits: QueryLimits())
                let error = await #expect(throws: QueryError.self) {
                    try await evaluator.instant("up", at: .epoch, asker)
                }
                #expect(error?.code == .canceled)
            }
            while backend.requests.isEmpty || clock.sleeperCount == 0 { await Task.yield() }
            if leaves { asker.leave() } else { asking.end() }
            clock.advance(by: .milliseconds(100))
            try await group.waitForAll()
        }
    }

    @Test("series, labels and raw samples are asked for by selectors in braces")
    func lookups() async throws {
        let series = #"{"status":"success","data":[{"__name__":"up","a":"1"}]}"#
        let raw =
            #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up"},"#
            + #""values":[[59,"1"],[60,"2"],[61,"3"]]}]}}"#
        let backend = ScriptedBackend([.answer(200, body: series), .answer(200, body: raw)])
        let source = RemoteSource(asking: asking(backend))
        let matchers = [try Matcher("__name__", .equal, "up"), try Matcher("dotted.name", .notMatches, "a\"b")]
        let found = try await source.findSeries(matchers, from: .distantPast, through: Timestamp(seconds: 9))
        #expect(found == [Labels([(name: "__name__", value: "up"), (name: "a", value: "1")])])
        #expect(form(backend.requests[0]) == [#"match[]={__name__="up","dotted.name"!~"a\"b"}"#, "end=9.000"])
        let selected = try await source.samples(
            matchers, from: Timestamp(seconds: 60), through: Timestamp(seconds: 120), sorted: true)
        #expect(form(backend.requests[1])[0] == #"query={__name__="up","dotted.name"!~"a\"b"}[60001ms]"#)
        var buffer = SampleBuffer()
        try selected[0].read(from: Timestamp(seconds: 60), through: Timestamp(seconds: 120), into: &buffer)
        #expect(Array(buffer.values) == [2, 3])
        #expect(RemoteSource.selector([]) == #"{__name__!=""}"#)
    }

    @Test("exemplars of several selectors are one question")
    func exemplars() async throws {
        let backend = ScriptedBackend(
            then: .answer(
                200,
                body: #"{"status":"success","data":[{"seriesLabels":{"__name__":"x"},"exemplars":["#
                    + #"{"labels":{"trace":"t"},"value":"6","timestamp":1.5}]}]}"#))
        let selectors = [[try Matcher("a", .equal, "1")], [try Matcher("b", .equal, "2")]]
        let found = try await RemoteSource(asking: asking(backend)).findExemplars(
            selectors, from: .distantPast, through: .distantFuture)
        #expect(form(backend.requests[0]) == [#"query={a="1"} or {b="2"}"#])
        #expect(
            found == [
                ExemplarSeries(
                    labels: Labels([(name: "__name__", value: "x")]),
                    exemplars: [
                        Exemplar(
                            labels: Labels([(name: "trace", value: "t")]), value: 6,
                            timestamp: Timestamp(milliseconds: 1500))
                    ])
            ])
    }
}
