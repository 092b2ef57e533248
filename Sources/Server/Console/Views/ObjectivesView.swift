import Basics
import HTTPAPI
import Response
import Rules

/// Every service's budgets at a glance, and what its gate says.
struct ObjectivesView: Sendable {
    let now: Int64
    let tabTitle = "Budgets"
    let services: [ServiceBudgetCard]
    let hasServices: Bool
    /// How many gates are shut, how many open.
    let glance: String
    /// Objectives stand in the files, and were not counted yet.
    let isWaiting: Bool
    /// Whoever acts is nobody in particular: the form asks for a name.
    let asksPerson: Bool
    let recent: [GateRow]
    let hasRecent: Bool

    private static let recentMax = 20

    init(
        _ standings: [ObjectiveStanding]?, _ state: OperationsState, decide: (String) -> GateDecision, now: Timestamp,
        mayBreakGlass: Bool, asksPerson: Bool
    ) {
        self.now = now.milliseconds
        self.asksPerson = asksPerson
        isWaiting = standings == nil
        let byService = Dictionary(grouping: standings ?? []) { $0.service }
        services = byService.map { service, own in
            ServiceBudgetCard(service, own, decide(service), state, now: now, mayBreakGlass: mayBreakGlass)
        }.sorted { ($0.rank, $0.serviceName) < ($1.rank, $1.serviceName) }
        hasServices = !services.isEmpty
        glance = Self.glance(services)
        recent = state.gate.records.suffix(Self.recentMax).reversed().map { GateRow($0, now: now) }
        hasRecent = !recent.isEmpty
    }

    private static func glance(_ services: [ServiceBudgetCard]) -> String {
        let counts = Dictionary(grouping: services, by: \.rank).sorted { $0.key < $1.key }
        return FigureText.count(services.count, "service") + "; gates: "
            + counts.map { "\(FigureText.grouped($1.count)) \(ServiceBudgetCard.ranks[$0].word)" }
            .joined(separator: ", ")
    }
}

/// One service.
struct ServiceBudgetCard: Sendable {
    struct Row: Sendable {
        let objectiveName: String
        let objectiveHref: String
        let objectiveKind: String
        let targetText: String
        let consumedText: String
        /// Of a hundred and twenty, where a hundred is the edge of the freeze.
        let consumedWidth: String
        let edgesPath: String
        let consumedTone: String
        let stateText: String
        let coverageText: String
        let remainingText: String
        let isReported: Bool
        let problem: String?
    }

    struct Glass: Sendable {
        let glassID: String
        let glassText: String
        let glassUntil: TimeText
        let mayRestore: Bool
    }

    let serviceName: String
    let gateTone: String
    let gateText: String
    /// Why it is not simply open. When it eases and who broke the glass stand by themselves.
    let reasons: [String]
    let hasReasons: Bool
    let easesAt: TimeText?
    /// Shut, and nobody knows until when.
    let hasNoOutlook: Bool
    let objectives: [Row]
    let glasses: [Glass]
    /// An open gate needs no breaking.
    let offersGlass: Bool
    /// Shut ones first.
    let rank: Int

    static let ranks: [(verdict: GateDecision.Verdict, word: String)] = [
        (.blocked, "shut"), (.caution, "open with care"), (.unknown, "that cannot tell"), (.allow, "open"),
    ]

    private static let widthMax = 120.0
    private static let frozenWidth = 100.0

    init(
        _ service: String, _ standings: [ObjectiveStanding], _ decision: GateDecision, _ state: OperationsState,
        now: Timestamp, mayBreakGlass: Bool
    ) {
        serviceName = service
        gateTone = BudgetText.tone(decision.verdict)
        gateText = BudgetText.gate(decision.verdict)
        let told = decision.breakGlass == nil ? decision.reasons : Array(decision.reasons.dropFirst())
        reasons = decision.verdict == .allow ? [] : told
        hasReasons = !reasons.isEmpty
        offersGlass = mayBreakGlass && decision.verdict != .allow
        easesAt = decision.easesAtMilliseconds.map { TimeText(milliseconds: $0, now: now) }
        hasNoOutlook = decision.verdict == .blocked && easesAt == nil
        rank = Self.ranks.firstIndex { $0.verdict == decision.verdict } ?? 0
        objectives = standings.sorted { ($1.consumed, $0.objective) < ($0.consumed, $1.objective) }.map { standing in
            Row(
                objectiveName: standing.objective, objectiveHref: "/objectives/\(standing.objective)",
                objectiveKind: BudgetText.kind(standing.kind), targetText: BudgetText.target(standing.target),
                consumedText: DeployGate.percent(standing.consumed),
                consumedWidth: BurnDownPicture.text(
                    min(max(standing.consumed / standing.policy.frozen * Self.frozenWidth, 0), Self.widthMax)),
                edgesPath: Self.edges(standing.policy),
                consumedTone: BudgetText.tone(standing.policyState),
                stateText: BudgetText.words(standing.policyState),
                coverageText: DeployGate.percent(standing.coverage), remainingText: Self.remaining(standing),
                isReported: !standing.decides, problem: standing.problem)
        }
        let time = max(now.milliseconds, state.nowMilliseconds)
        glasses = state.gate.glasses.filter { $0.service == service && $0.isInForce(at: time) }.map { glass in
            Glass(
                glassID: glass.id,
                glassText:
                    "\(glass.by)\(glass.environment.isEmpty ? "" : " for \(glass.environment)"): \(glass.reason)",
                glassUntil: TimeText(milliseconds: glass.expiresAtMilliseconds, now: now), mayRestore: mayBreakGlass)
        }
    }

    private static func edges(_ policy: BudgetPolicy) -> String {
        [policy.caution, policy.criticalFixesOnly, policy.frozen].map {
            "M\(BurnDownPicture.text($0 / policy.frozen * frozenWidth)) 0v10"
        }.joined()
    }

    private static func remaining(_ standing: ObjectiveStanding) -> String {
        guard standing.totalCount > 0 else { return "no traffic" }
        let events = standing.remainingEvents.rounded(.down)
        guard abs(events) < 1e15 else { return "" }
        let unit = standing.kind == .timeAvailability ? "minute" : "request"
        return events >= 0
            ? FigureText.count(Int(events), "\(unit)") + " left"
            : FigureText.count(Int(-events), "\(unit)") + " overdrawn"
    }
}

/// A change that came to the gate.
struct GateRow: Sendable {
    let gateAt: TimeText
    let gateService: String
    let gateWhat: String
    let gateBy: String
    let gateWord: String
    let gateWordTone: String
    let gateReason: String

    init(_ record: GateRecord, now: Timestamp) {
        gateAt = TimeText(milliseconds: record.atMilliseconds, now: now)
        gateService = record.service + (record.environment.isEmpty ? "" : " in \(record.environment)")
        let kind =
            switch record.change {
            case .normal: ""
            case .criticalFix: "critical fix"
            case .rollback: "rollback"
            }
        gateWhat = [kind, record.summary].filter { !$0.isEmpty }.joined(separator: ": ")
        gateBy = "\(record.by), by \(record.source)"
        gateWord =
            switch record.verdict {
            case .allow: "passed"
            case .caution: record.breakGlass == nil ? "passed, with care" : "passed by break-glass"
            case .blocked: "refused"
            case .unknown: "not judged"
            }
        gateWordTone = BudgetText.tone(record.verdict)
        gateReason = record.reason + (record.because.map { " Why: \($0)" } ?? "")
    }
}
