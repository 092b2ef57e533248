import Alerting
import Basics
import SignalModel
import Testing

@Suite("Suppression")
struct SuppressionTests {
    private static func rule(_ source: String, _ target: String, equal: [String] = []) throws -> InhibitionRule {
        InhibitionRule(
            sources: try MatcherParser.parse(source), targets: try MatcherParser.parse(target), equal: equal)
    }

    private static func draft(
        _ matchers: String, from: Int64, to: Int64, id: String = "", author: String = "user:ann"
    ) throws -> SilenceDraft {
        SilenceDraft(
            id: id, matchers: try MatcherParser.parse(matchers), startsAtMilliseconds: from, endsAtMilliseconds: to,
            createdBy: "ann", comment: "works", author: author)
    }

    @Test("a target is inhibited while a source fires that agrees in the equal labels")
    func inhibition() throws {
        var bench = RoutingBench(
            RoutingBench.configuration(inhibitions: [try Self.rule("sev=P0", "sev=P1", equal: ["cluster", "zone"])]))
        let target = ["sev": "P1", "cluster": "x"]
        bench.fire(target)
        bench.fire(["sev": "P0", "cluster": "y"])
        #expect(!bench.routing.suppression(of: target, at: bench.time).isSuppressed)
        _ = bench.routing.takeSuppressionChanges()
        // Both lack `zone`: that is agreement.
        bench.fire(["sev": "P0", "cluster": "x"])
        let source = AlertFingerprint.make(Labels([("cluster", "x"), ("sev", "P0")]))
        #expect(bench.routing.suppression(of: target, at: bench.time).inhibitedBy == [source])
        let changed = AlertFingerprint.make(Labels([("cluster", "x"), ("sev", "P1")]))
        #expect(bench.routing.takeSuppressionChanges() == [changed, source].sorted())
        bench.resolve(["sev": "P0", "cluster": "x"])
        #expect(bench.routing.takeSuppressionChanges() == [changed])
        #expect(!bench.routing.suppression(of: target, at: bench.time).isSuppressed)
    }

    @Test("who matches both sides is not inhibited by another who does, nor by itself")
    func twoSided() throws {
        var bench = RoutingBench(
            RoutingBench.configuration(inhibitions: [try Self.rule("alertname=~\"A|B\"", "alertname=~\"B|C\"")]))
        bench.fire(["alertname": "B", "n": "1"])
        bench.fire(["alertname": "B", "n": "2"])
        bench.fire(["alertname": "C"])
        #expect(!bench.routing.suppression(of: ["alertname": "B", "n": "1"], at: bench.time).isSuppressed)
        #expect(bench.routing.suppression(of: ["alertname": "C"], at: bench.time).isSuppressed)
        bench.fire(["alertname": "A"])
        #expect(bench.routing.suppression(of: ["alertname": "B", "n": "1"], at: bench.time).isSuppressed)
    }

    @Test("inhibited and silenced alerts are left out of what is told, and told when that ends")
    func untold() throws {
        var bench = RoutingBench(
            RoutingBench.configuration(
                groupBy: ["cluster"], inhibitions: [try Self.rule("sev=P1", "sev=P2", equal: ["cluster"])]))
        bench.fire(["sev": "P1", "n": "1"])
        bench.fire(["sev": "P2", "n": "2"])
        bench.fire(["sev": "P3", "n": "3"])
        bench.routing.silence(
            try Self.draft("n=3", from: bench.now, to: bench.now + 400_000), newID: "s", bench.book, at: bench.time)
        bench.advance(seconds: 30)
        #expect(bench.takeTold() == ["first notification: 1"])
        bench.resolve(["sev": "P1", "n": "1"])
        bench.advance(seconds: 300)
        #expect(bench.takeTold() == ["new alerts: -1 2"])
        bench.advance(seconds: 300)
        #expect(bench.takeTold() == ["new alerts: 2 3"])
    }

    @Test("a silence names whom it concerns when it is made, begins, ends and is taken back")
    func changes() throws {
        var bench = RoutingBench()
        bench.fire(["n": "1"])
        bench.fire(["n": "2"])
        let one = AlertFingerprint.make(Labels([("n", "1")]))
        _ = bench.routing.takeSuppressionChanges()
        bench.routing.silence(
            try Self.draft("n=~\"1|9\"", from: bench.now + 10_000, to: bench.now + 20_000), newID: "s", bench.book,
            at: bench.time)
        #expect(bench.routing.takeSuppressionChanges() == [one])
        #expect(!bench.routing.suppression(of: ["n": "1"], at: bench.time).isSuppressed)
        bench.advance(seconds: 9)
        #expect(bench.routing.takeSuppressionChanges().isEmpty)
        bench.advance(seconds: 1)
        #expect(bench.routing.takeSuppressionChanges() == [one])
        #expect(bench.routing.suppression(of: ["n": "1"], at: bench.time).silencedBy == ["s"])
        #expect(bench.routing.suppression(of: ["n": "9"], at: bench.time).silencedBy == ["s"])
        #expect(bench.routing.suppression(of: ["n": "2"], at: bench.time).silencedBy.isEmpty)
        bench.advance(seconds: 10)
        #expect(bench.routing.takeSuppressionChanges() == [one])
        #expect(!bench.routing.suppression(of: ["n": "1"], at: bench.time).isSuppressed)
    }

    @Test("for a P0 a silence counts only once a second person has agreed, and only as long as was agreed to")
    func approval() throws {
        var bench = RoutingBench()
        let labels = ["n": "1", "severity": "P0"]
        bench.fire(labels)
        bench.routing.silence(
            try Self.draft("n=1", from: bench.now, to: bench.now + 60_000), newID: "s", bench.book, at: bench.time)
        #expect(!bench.routing.suppression(of: labels, at: bench.time).isSuppressed)
        #expect(bench.routing.suppression(of: ["n": "1", "severity": "P1"], at: bench.time).isSuppressed)
        #expect(bench.routing.silences.refusalOfApproval("s", by: "user:ann", at: bench.now)?.code == .invalid)
        bench.routing.approveSilence("s", by: "user:ann", bench.book, at: bench.time)
        #expect(!bench.routing.suppression(of: labels, at: bench.time).isSuppressed)
        _ = bench.routing.takeSuppressionChanges()
        bench.routing.approveSilence("s", by: "user:bob", bench.book, at: bench.time)
        #expect(bench.routing.takeSuppressionChanges().count == 1)
        #expect(bench.routing.suppression(of: labels, at: bench.time).isSuppressed)
        let longer = try Self.draft("n=1", from: bench.now, to: bench.now + 600_000, id: "s")
        #expect(bench.routing.silence(longer, newID: "t", bench.book, at: bench.time) == "s")
        bench.advance(seconds: 61)
        #expect(!bench.routing.suppression(of: labels, at: bench.time).isSuppressed)
        #expect(bench.routing.suppression(of: ["n": "1", "severity": "P1"], at: bench.time).isSuppressed)
    }

    /// The index against looking at every alert, over random histories.
    @Test("the index says what looking at everything says", arguments: [1, 2, 3, 4, 5])
    func againstBruteForce(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let rules = [
            try Self.rule("a=1", "a=2", equal: ["c"]), try Self.rule("b=1", "a=~\"1|2\"", equal: ["c", "d"]),
            try Self.rule("a=~\"1|2\"", "a=~\"2|3\""),
        ]
        var bench = RoutingBench(RoutingBench.configuration(inhibitions: rules))
        var silences: [String] = []
        var before: [String: Bool] = [:]
        for step in 0..<400 {
            let labels = ["a", "b", "c", "d"].reduce(into: [String: String]()) {
                $0[$1] = ["", "1", "2", "3"].randomElement(using: &generator)
            }.filter { !$0.value.isEmpty }
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5 where !labels.isEmpty: bench.fire(labels)
            case 5..<7 where !labels.isEmpty: bench.resolve(labels)
            case 7:
                let matcher = ["a=1", "b=~\"1|2\"", "c!=2,a=3", "d=3"].randomElement(using: &generator)!
                let draft = try Self.draft(
                    matcher, from: bench.now + Int64.random(in: 0...5, using: &generator) * 1000,
                    to: bench.now + Int64.random(in: 6...20, using: &generator) * 1000)
                bench.routing.silence(draft, newID: "s\(step)", bench.book, at: bench.time)
                silences.append("s\(step)")
            case 8:
                if let id = silences.randomElement(using: &generator) {
                    bench.routing.expireSilence(id, bench.book, at: bench.time)
                }
            default: bench.advance(seconds: 1)
            }
            let changed = Set(bench.routing.takeSuppressionChanges())
            var after: [String: Bool] = [:]
            for alert in bench.book.firing.values {
                let isSuppressed = bench.routing.suppression(of: alert, at: bench.time).isSuppressed
                #expect(isSuppressed == bruteForce(alert, rules, bench), "seed \(seed), step \(step)")
                after[alert.fingerprint] = isSuppressed
                if before[alert.fingerprint] != isSuppressed {
                    #expect(changed.contains(alert.fingerprint), "seed \(seed), step \(step)")
                }
            }
            before = after
        }
    }

    private func bruteForce(_ alert: AlertBook.Alert, _ rules: [InhibitionRule], _ bench: RoutingBench) -> Bool {
        let isSilenced = bench.routing.silences.silences.values.contains {
            $0.state(at: bench.now) == .active && $0.matches(alert.labels)
        }
        if isSilenced { return true }
        return rules.contains { rule in
            guard rule.targets.matches(alert.labels) else { return false }
            let isSource = rule.sources.matches(alert.labels)
            return bench.book.firing.values.contains { other in
                rule.sources.matches(other.labels) && !(isSource && rule.targets.matches(other.labels))
                    && rule.equal.allSatisfy { (other.labels[$0] ?? "") == (alert.labels[$0] ?? "") }
            }
        }
    }
}

/// SplitMix64, so that a seed repeats a run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
