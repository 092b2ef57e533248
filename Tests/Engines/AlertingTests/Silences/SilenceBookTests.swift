import Alerting
import Basics
import SignalModel
import Testing

@Suite("Silences")
struct SilenceBookTests {
    private func draft(
        _ id: String = "", _ matchers: String = "a=b", from: Int64, to: Int64
    ) throws -> SilenceDraft {
        SilenceDraft(
            id: id, matchers: try MatcherParser.parse(matchers), startsAtMilliseconds: from, endsAtMilliseconds: to,
            createdBy: "ann", comment: "works", author: "user:ann")
    }

    @Test("extending the end keeps the id; another matcher or start of an active one begins a new silence")
    func updates() throws {
        var bench = RoutingBench()
        func set(_ draft: SilenceDraft, _ newID: String) -> String? {
            bench.routing.silence(draft, newID: newID, bench.book, at: bench.time)
        }
        func state(_ id: String) -> Silence.State? { bench.routing.silences.silences[id]?.state(at: bench.now) }
        let start = bench.now
        #expect(set(try draft(from: start - 5000, to: start + 60_000), "s1") == "s1")
        #expect(bench.routing.silences.silences["s1"]?.startsAtMilliseconds == start)
        bench.advance(seconds: 10)
        #expect(set(try draft("s1", from: start, to: start + 90_000), "s2") == "s1")
        #expect(set(try draft("s1", "a=c", from: start, to: start + 90_000), "s3") == "s3")
        #expect(state("s1") == .expired && state("s3") == .active)
        #expect(set(try draft("s3", "a=c", from: start + 30_000, to: start + 90_000), "s4") == "s4")
        #expect(state("s3") == .expired && state("s4") == .pending)
        #expect(set(try draft("s4", "a=c", from: start + 40_000, to: start + 90_000), "s5") == "s4")
        bench.routing.expireSilence("s4", bench.book, at: bench.time)
        #expect(state("s4") == .expired)
        #expect(set(try draft("s4", "a=c", from: start + 40_000, to: start + 90_000), "s6") == "s6")
        #expect(bench.routing.silences.sorted(at: bench.now).first?.id == "s6")
    }

    @Test("an expired silence is forgotten after 120 hours")
    func retention() throws {
        var bench = RoutingBench(RoutingBench.configuration())
        bench.routing.silence(
            try draft(from: bench.now, to: bench.now + 1000), newID: "s", bench.book, at: bench.time)
        bench.fire(["n": "1"])
        bench.advance(seconds: 119 * 3600)
        #expect(bench.routing.silences.silences.count == 1)
        bench.advance(seconds: 3 * 3600)
        #expect(bench.routing.silences.silences.isEmpty)
    }

    @Test(
        "what cannot be is refused, with Alertmanager's words",
        arguments: [
            ("", "a=b", 0, 0, "start time must be before end time"),
            ("", "a=b", -20, -10, "end time can't be in the past"),
            ("", "a=\"\",b=~\".*\"", 0, 10, "invalid silence: at least one matcher must not match the empty string"),
            ("", "", 0, 10, "invalid silence: at least one matcher required"),
            ("nope", "a=b", 0, 10, "silence nope not found"),
        ] as [(String, String, Int64, Int64, String)])
    func refusals(id: String, matchers: String, from: Int64, to: Int64, message: String) throws {
        let draft = try draft(id, matchers, from: from, to: to)
        #expect(SilenceBook().refusal(of: draft, at: 0)?.message == message)
    }

    @Test("one that is too large is refused")
    func size() throws {
        var draft = try draft(from: 0, to: 10)
        draft.comment = String(repeating: "x", count: 70_000)
        #expect(SilenceBook().refusal(of: draft, at: 0)?.code == .invalid)
    }
}
