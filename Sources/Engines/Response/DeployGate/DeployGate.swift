import Basics

/// The one decision, from which every way of asking gets its answer. Pure: the same standings, the same break-glass
/// and the same time give the same answer.
package enum DeployGate {
    /// `standings` are of all services; nil: nothing has been evaluated yet.
    package static func decide(
        _ question: GateQuestion, standings: [BudgetStanding]?, breakGlass: BreakGlass?, settings: GateSettings
    ) -> GateDecision {
        let all = (standings ?? []).filter { $0.service == question.service }.sorted(by: BudgetStanding.isWorse)
        let own = all.filter(\.decides)
        let decidable = own.filter { $0.coverage > 0 && $0.coverage >= settings.coverageMin }
        var decision = GateDecision(
            question: question, verdict: .allow, reasons: [], worst: decidable.first ?? own.first { $0.coverage > 0 },
            standings: all)
        let gated = settings.environments.isEmpty || settings.environments.contains(question.environment)
        if question.change == .rollback {
            decision.reasons = ["a rollback always passes"]
        } else if !gated {
            decision.reasons = ["environment \(shown(question.environment)) is not gated"]
        } else if standings == nil {
            decision.verdict = .unknown
            decision.reasons = ["no objective has been evaluated yet"]
        } else if own.isEmpty {
            decision.verdict = settings.allowsWithoutObjectives ? .allow : .unknown
            decision.reasons = ["\(shown(question.service)) has no objective that decides"]
        } else if let worst = decidable.first {
            judge(worst, question, &decision)
            noteProblems(own, &decision)
        } else {
            judgeYoung(own, settings, &decision)
        }
        if let breakGlass, !decision.verdict.lets {
            decision.verdict = .caution
            decision.breakGlass = breakGlass.id
            decision.isRecorded = true
            decision.outlook = nil
            decision.reasons.insert(
                "break-glass by \(breakGlass.by) until \(time(breakGlass.expiresAtMilliseconds)): \(breakGlass.reason)",
                at: 0)
        }
        return decision
    }

    private static func judge(_ worst: BudgetStanding, _ question: GateQuestion, _ decision: inout GateDecision) {
        decision.reasons = [describe(worst)]
        switch (worst.state, question.change) {
        case (.normal, _): decision.verdict = .allow
        case (.caution, _): decision.verdict = .caution
        case (.criticalFixesOnly, .criticalFix):
            decision.verdict = .caution
            decision.isRecorded = true
            decision.reasons.insert("a critical fix passes here, and is recorded", at: 0)
        case (.criticalFixesOnly, _): decision.verdict = .blocked
        case (.frozen, .criticalFix):
            decision.verdict = .blocked
            decision.reasons.append("past the budget a critical fix needs break-glass")
        case (.frozen, _): decision.verdict = .blocked
        }
        if decision.verdict == .blocked {
            decision.outlook =
                worst.easesAtMilliseconds.map { "eases at \(time($0)) if nothing bad happens any more" }
                ?? "no time at which it eases can be foreseen"
        }
    }

    /// What cannot be counted may be worse than it looks: no plain yes then.
    private static func noteProblems(_ own: [BudgetStanding], _ decision: inout GateDecision) {
        let failing = own.filter { $0.problem != nil }
        guard !failing.isEmpty else { return }
        if decision.verdict == .allow { decision.verdict = .caution }
        for standing in failing {
            decision.reasons.append("\(standing.objective) cannot be counted now: \(standing.problem ?? "")")
        }
    }

    /// Too little data to block anybody; what it says already is passed on.
    private static func judgeYoung(
        _ own: [BudgetStanding], _ settings: GateSettings, _ decision: inout GateDecision
    ) {
        guard let worst = own.first(where: { $0.coverage > 0 }) else {
            decision.verdict = .unknown
            decision.reasons = ["the objectives of \(shown(decision.question.service)) have no data"]
            return
        }
        decision.verdict = worst.state == .normal ? .allow : .caution
        decision.reasons = [
            "too young to block: data covers \(percent(worst.coverage)) of the window, "
                + "\(percent(settings.coverageMin)) are asked for",
            describe(worst),
        ]
    }

    private static func describe(_ standing: BudgetStanding) -> String {
        let what =
            switch standing.state {
            case .normal: "normal"
            case .caution: "caution"
            case .criticalFixesOnly: "critical fixes only"
            case .frozen: "frozen"
            }
        return "\(standing.objective) has consumed \(percent(standing.consumed)) of its budget: \(what)"
    }

    private static func shown(_ name: String) -> String { name.isEmpty ? "(none said)" : name }
    private static func time(_ milliseconds: Int64) -> String {
        RFC3339.format(Timestamp(milliseconds: milliseconds / 1000 * 1000))
    }

    /// `81.4 %`; a state's edge is never rounded over: 99.96 % is not 100.
    package static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "\(share)" }
        // What is whole but for the noise of binary fractions is whole.
        let tenths = (share * 1000 + 1e-6).rounded(.down)
        guard abs(tenths) < 1e15 else { return "\(share * 100) %" }
        let whole = Int64(tenths)
        let rest = abs(whole % 10)
        let sign = whole < 0 && whole > -10 ? "-" : ""
        return "\(sign)\(whole / 10)\(rest == 0 ? "" : ".\(rest)") %"
    }
}
