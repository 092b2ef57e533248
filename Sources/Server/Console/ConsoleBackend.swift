package import Alerting
package import Basics
package import HTTPAPI
package import Identity
package import Ingest
package import Response
package import Rules
package import SignalModel

/// What the console shows and does besides signing people in. The server's wiring conforms.
///
/// Called from any thread, for each page view and each change while somebody looks: an answer comes from memory.
package protocol ConsoleBackend: Sendable {
    /// The operations state as it is now.
    var operations: OperationsState { get }
    /// Closed pages that are not among the newest; asked for when somebody looks for them.
    var pageArchive: any PageArchive { get }
    /// Why the operations journal cannot be written right now; nil when it can.
    var journalFailure: String? { get }
    /// Counts since the start. Asked at most once each `IngestMeter.interval`.
    func ingestCounts() async -> IngestCounts
    func targets() async -> [TargetStatus]
    func pools() async -> [PoolStatus]
    func ruleGroups() async -> [RuleGroupReport]
    var queries: QueryRegistry { get }
    var admissionStatistics: IngestAdmission.Statistics { get }
    /// At most `limit` labels, and values of `label`.
    func usage(_ matchers: [Matcher], label: String, limit: Int) async throws -> SeriesUsage
    /// Rules of a time zone by its name; nil when there is none of that name.
    func zone(_ name: String) -> ZoneRules?
    /// An id for what is made here.
    func makeID() -> String
    /// Returns once the change of who is on call is durable and applied; refuses what cannot be.
    func change(_ input: OnCallInput) async throws
    /// Returns once the action is durable and applied; refuses what cannot be with a `ResponseError`.
    func act(on page: String, _ input: OperationsInput) async throws
    /// Durable and applied on return. Refuses what cannot be, or reaches further than it says, with an `AlertingError`.
    func silence(_ draft: SilenceDraft, by principal: Principal?, from source: String) async throws
    func expireSilence(_ id: String, by principal: Principal?, from source: String) async throws
    func approveSilence(_ id: String, by principal: Principal?, from source: String) async throws
    /// Every objective as it was last counted; nil before the first time.
    var budgets: [ObjectiveStanding]? { get }
    /// An objective's past in stretches of so many minutes, oldest first; none of an objective that is not there.
    func budgetHistory(
        _ objective: String, from: Timestamp, to: Timestamp, stepMinutes: Int64
    ) async throws -> [BudgetPoint]
    /// What an ordinary change of the service would be told now, where changes are gated.
    func gateDecision(service: String) -> GateDecision
    /// Durable, audited and applied on return; refuses what cannot be.
    func breakGlass(_ wish: BreakGlassWish, by principal: Principal?, from source: String) async throws
    func restoreGlass(_ id: String, by principal: Principal?, from source: String) async throws
    /// The report that is kept, or of a month that is not settled one made now.
    func monthlyReport(_ month: ReportMonth) async throws -> MonthlyReport
}
