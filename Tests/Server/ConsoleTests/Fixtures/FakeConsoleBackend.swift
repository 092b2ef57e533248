import Alerting
import Basics
import Console
import HTTPAPI
import Identity
import Ingest
import Response
import Rules
import SignalModel
import Synchronization
import TestKit

/// A real operations state, fed by hand; everything else as a test sets it.
final class FakeConsoleBackend: ConsoleBackend {
    struct Content: Sendable {
        var state = OperationsState()
        var journalFailure: String?
        var counts = IngestCounts(
            series: 0, appendedSamples: 0, refusedSamples: 0, logSyncs: 0, logSyncTime: .zero, logFailures: 0)
        var countReads = 0
        var targets: [TargetStatus] = []
        var pools: [PoolStatus] = []
        var groups: [RuleGroupReport] = []
        var usage = SeriesUsage()
        var standings: [ObjectiveStanding]?
        /// Of every stretch that is asked for.
        var bad: Int64 = 0
    }

    let content = Mutex(Content())
    let clock: any WallClock

    init(clock: any WallClock) {
        self.clock = clock
        queries = QueryRegistry(clock: clock)
    }

    var operations: OperationsState { content.withLock { $0.state } }
    let pageArchive: any PageArchive = EmptyPageArchive()
    var journalFailure: String? { content.withLock { $0.journalFailure } }
    func targets() async -> [TargetStatus] { content.withLock { $0.targets } }
    func pools() async -> [PoolStatus] { content.withLock { $0.pools } }
    func ruleGroups() async -> [RuleGroupReport] { content.withLock { $0.groups } }

    let queries: QueryRegistry
    var admissionStatistics: IngestAdmission.Statistics { IngestAdmission.Statistics() }

    func usage(_ matchers: [Matcher], label: String, limit: Int) async throws -> SeriesUsage {
        content.withLock { $0.usage }
    }

    func ingestCounts() async -> IngestCounts {
        content.withLock { content in
            content.countReads += 1
            return content.counts
        }
    }

    func act(on page: String, _ input: OperationsInput) async throws {
        if let refusal = operations.refusal(of: page) { throw refusal }
        apply(input)
    }

    func zone(_ name: String) -> ZoneRules? { name == "Europe/Berlin" ? .berlin : name == "UTC" ? .utc : nil }
    func makeID() -> String { "made" }

    func change(_ input: OnCallInput) async throws {
        if let refusal = operations.refusal(of: input) { throw refusal }
        apply(.onCall(input))
    }

    func silence(_ draft: SilenceDraft, by principal: Principal?, from source: String) async throws {
        if let refusal = operations.refusal(of: draft, at: clock.now()) { throw refusal }
        apply(.silenced(draft, newID: "silence-\(operations.routing.silences.silences.count + 1)"))
    }

    func expireSilence(_ id: String, by principal: Principal?, from source: String) async throws {
        apply(.silenceExpired(id: id, by: principal?.auditName ?? ""))
    }

    func approveSilence(_ id: String, by principal: Principal?, from source: String) async throws {
        let person = principal?.auditName ?? ""
        if let refusal = operations.routing.silences.refusalOfApproval(
            id, by: person, at: clock.now().milliseconds)
        {
            throw refusal
        }
        apply(.silenceApproved(id: id, by: person))
    }

    var budgets: [ObjectiveStanding]? { content.withLock { $0.standings } }

    func budgetHistory(
        _ objective: String, from: Timestamp, to: Timestamp, stepMinutes: Int64
    ) async throws -> [BudgetPoint] {
        let bad = content.withLock { $0.bad }
        let step = stepMinutes * 60_000
        return stride(from: from.milliseconds, to: to.milliseconds, by: Int(step)).map { start in
            BudgetPoint(
                start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: start + step), bad: bad,
                total: 3000, minutes: Int(stepMinutes), consumed: 0.1)
        }
    }

    func gateDecision(service: String) -> GateDecision {
        let standings = budgets?.map { standing in
            BudgetStanding(
                objective: standing.objective, service: standing.service,
                state: BudgetStanding.State(rawValue: standing.policyState.rawValue) ?? .frozen,
                consumed: standing.consumed, coverage: standing.coverage, sinceMilliseconds: 0)
        }
        let question = GateQuestion(service: service)
        return DeployGate.decide(
            question, standings: standings,
            breakGlass: operations.gate.glass(for: question, at: clock.now().milliseconds), settings: GateSettings())
    }

    func breakGlass(_ wish: BreakGlassWish, by principal: Principal?, from source: String) async throws {
        let now = clock.now()
        let glass = BreakGlass(
            id: "glass", service: wish.service, environment: wish.environment, by: principal?.name ?? "",
            reason: wish.reason, at: now, expiresAt: now + .seconds(60 * Int64(wish.minutes)))
        if let refusal = operations.refusal(of: .glassBroken(glass), at: now) { throw refusal }
        apply(.gate(.glassBroken(glass)))
    }

    func restoreGlass(_ id: String, by principal: Principal?, from source: String) async throws {
        let input = GateInput.glassRestored(id: id, by: principal?.name ?? "")
        if let refusal = operations.refusal(of: input, at: clock.now()) { throw refusal }
        apply(.gate(input))
    }

    func monthlyReport(_ month: ReportMonth) async throws -> MonthlyReport {
        MonthlyReport.make(month, operations, objectives: [], targets: AgreementTargets(), now: clock.now())
    }

    func apply(_ input: OperationsInput) {
        let now = clock.now().milliseconds
        content.withLock { content in
            content.state.apply(
                JournalEntry(sequence: content.state.sequence + 1, atMilliseconds: now, input: input))
        }
    }

    /// An alert that fires for an hour.
    func fire(
        _ name: String, _ severity: String, summary: String = "", labels: [String: String] = [:],
        annotations: [String: String] = [:]
    ) {
        let now = clock.now()
        let all = labels.merging(["alertname": name, "severity": severity]) { $1 }
        let texts = annotations.merging(summary.isEmpty ? [:] : ["summary": summary]) { $1 }
        let alert = ObservedAlert(
            labels: Labels(all.map { (name: $0.key, value: $0.value) }),
            annotations: Labels(texts.map { (name: $0.key, value: $0.value) }), startsAt: now,
            endsAt: now + .seconds(3600), generatorURL: "")
        apply(.observed([AlertInput(alert)]))
    }

    /// Two levels, a lead, two channels.
    func configurePaging() {
        var paging = PagingConfiguration()
        func person(_ name: String, _ address: String) -> PagingConfiguration.Person {
            PagingConfiguration.Person(
                name: name, contacts: [PagingConfiguration.Contact(channel: "mail", address: address)])
        }
        paging.people = [
            "ann": person("Ann Archer", "ann@example.org"), "bob": person("Bob Brook", "bob@example.org"),
            "lea": person("Lea Lindt", "lea@example.org"),
        ]
        paging.levels = [
            PagingConfiguration.Level(people: ["ann"]), PagingConfiguration.Level(people: ["bob"]),
        ]
        paging.lead = "lea"
        paging.announce = ["alerts"]
        paging.externalURL = "http://127.0.0.1:7070"
        apply(.configured(paging))
    }
}
