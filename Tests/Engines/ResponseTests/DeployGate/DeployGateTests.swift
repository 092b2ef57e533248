import Basics
import Response
import Testing

@Suite("The deploy gate's decision")
struct DeployGateTests {
    private func standing(
        _ state: BudgetStanding.State, _ consumed: Double, name: String = "cart-availability",
        service: String = "cart",
        coverage: Double = 1, eases: Int64? = nil, decides: Bool = true, problem: String? = nil
    ) -> BudgetStanding {
        BudgetStanding(
            objective: name, service: service, state: state, consumed: consumed, coverage: coverage,
            sinceMilliseconds: 0, easesAtMilliseconds: eases, decides: decides, problem: problem)
    }

    private func decide(
        _ standings: [BudgetStanding]?, _ change: GateQuestion.Change = .normal, environment: String = "",
        glass: BreakGlass? = nil, settings: GateSettings = GateSettings()
    ) -> GateDecision {
        DeployGate.decide(
            GateQuestion(service: "cart", environment: environment, change: change), standings: standings,
            breakGlass: glass, settings: settings)
    }

    private static let glass = BreakGlass(
        id: "g", service: "cart", environment: "", by: "ann", reason: "the fix is the deployment",
        at: Timestamp(milliseconds: 0), expiresAt: Timestamp(milliseconds: 3_600_000))

    @Test(
        "each state lets through what the policy says, and break-glass opens what is shut",
        arguments: [
            (.normal, [.allow, .allow, .allow]), (.caution, [.caution, .caution, .allow]),
            (.criticalFixesOnly, [.blocked, .caution, .allow]), (.frozen, [.blocked, .blocked, .allow]),
        ] as [(BudgetStanding.State, [GateDecision.Verdict])])
    func states(state: BudgetStanding.State, expected: [GateDecision.Verdict]) {
        for (change, verdict) in zip([GateQuestion.Change.normal, .criticalFix, .rollback], expected) {
            let plain = decide([standing(state, 0.9)], change)
            #expect(plain.verdict == verdict, "\(state) \(change)")
            #expect(plain.breakGlass == nil)
            let broken = decide([standing(state, 0.9)], change, glass: Self.glass)
            #expect(broken.verdict == (verdict == .blocked ? .caution : verdict), "\(state) \(change)")
            #expect((broken.breakGlass == "g") == (verdict == .blocked))
        }
    }

    @Test("a critical fix between 75 and 100 % is recorded; past the budget it is told what it needs")
    func criticalFix() {
        #expect(decide([standing(.criticalFixesOnly, 0.8)], .criticalFix).isRecorded)
        let frozen = decide([standing(.frozen, 1.2)], .criticalFix)
        #expect(frozen.reasons.contains { $0.contains("break-glass") })
    }

    @Test("exit codes are the contract's")
    func exitCodes() {
        #expect(GateDecision.Verdict.allCases.map(\.exitCode) == [0, 10, 20, 2])
    }

    @Test("the worst objective of the service decides, and no other service's does")
    func worst() {
        let decision = decide([
            standing(.normal, 0.1, name: "a"), standing(.caution, 0.6, name: "b"),
            standing(.criticalFixesOnly, 0.8, name: "c", eases: 86_400_000),
            standing(.frozen, 3, name: "d", service: "search"),
        ])
        #expect(decision.verdict == .blocked && decision.worst?.objective == "c")
        #expect(decision.standings.map(\.objective) == ["c", "b", "a"])
        #expect(decision.easesAtMilliseconds == 86_400_000)
        #expect(decision.outlook == "eases at 1970-01-02T00:00:00Z if nothing bad happens any more")
        #expect(decision.sentences == decision.reasons + [decision.outlook])
    }

    @Test("of two in one state the one that spent more is named")
    func ties() {
        let decision = decide([standing(.frozen, 1.1, name: "a"), standing(.frozen, 1.4, name: "b")])
        #expect(decision.worst?.objective == "b" && decision.reasons[0].contains("140 %"))
    }

    @Test("without anything to decide by it cannot tell, unless the owner said otherwise")
    func unknown() {
        #expect(decide(nil).verdict == .unknown)
        #expect(decide([]).verdict == .unknown)
        #expect(decide([standing(.frozen, 2, service: "search")]).verdict == .unknown)
        #expect(decide([standing(.normal, 0, coverage: 0)]).verdict == .unknown)
        #expect(decide([standing(.frozen, 2, decides: false)]).verdict == .unknown, "reported only")
        var settings = GateSettings()
        settings.allowsWithoutObjectives = true
        #expect(decide([], settings: settings).verdict == .allow)
        #expect(decide(nil, settings: settings).verdict == .unknown, "a server without data knows of no service")
        #expect(decide(nil, .rollback).verdict == .allow)
        #expect(decide(nil, glass: Self.glass).verdict == .caution)
    }

    @Test("what covers too little of its window warns and blocks nobody")
    func young() {
        var settings = GateSettings()
        settings.coverageMin = 0.1
        #expect(decide([standing(.frozen, 5, coverage: 0.09)], settings: settings).verdict == .caution)
        #expect(decide([standing(.normal, 0, coverage: 0.01)], settings: settings).verdict == .allow)
        #expect(decide([standing(.frozen, 5, coverage: 0.1)], settings: settings).verdict == .blocked)
        let mixed = [standing(.frozen, 5, name: "young", coverage: 0.01), standing(.normal, 0.1, name: "old")]
        #expect(decide(mixed, settings: settings).verdict == .allow)
    }

    @Test("an objective that cannot be counted turns a plain yes into one with care")
    func problem() {
        let standings = [standing(.normal, 0.2), standing(.normal, 0, name: "blind", problem: "no series")]
        let decision = decide(standings)
        #expect(decision.verdict == .caution && decision.reasons.contains { $0.contains("blind") })
    }

    @Test("only the environments that are named are gated")
    func environments() {
        var settings = GateSettings()
        settings.environments = ["production"]
        let frozen = [standing(.frozen, 2)]
        #expect(decide(frozen, environment: "staging", settings: settings).verdict == .allow)
        #expect(decide(frozen, settings: settings).verdict == .allow)
        #expect(decide(frozen, environment: "production", settings: settings).verdict == .blocked)
        #expect(decide(frozen, environment: "staging").verdict == .blocked, "without names all are")
    }

    @Test(
        "percentages are cut, so that a promise that is kept by a hair is not shown as broken",
        arguments: [
            (0.99999, "99.9 %"), (1, "100 %"), (0.5, "50 %"), (1.4349, "143.4 %"), (-0.004, "-0.4 %"), (0, "0 %"),
            (.infinity, "inf"),
        ] as [(Double, String)])
    func percent(share: Double, text: String) {
        #expect(DeployGate.percent(share) == text)
    }
}
