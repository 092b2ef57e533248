package import Ingest
package import Response
package import Rules

/// What the console shows and does besides signing people in. The server's wiring conforms.
///
/// Called from any thread, for each page view and each change while somebody looks: an answer comes from memory.
package protocol ConsoleBackend: Sendable {
    /// The operations state as it is now.
    var operations: OperationsState { get }
    /// Why the operations journal cannot be written right now; nil when it can.
    var journalFailure: String? { get }
    /// Counts since the start. Asked at most once each `IngestMeter.interval`.
    func ingestCounts() async -> IngestCounts
    func targets() async -> [TargetStatus]
    func pools() async -> [PoolStatus]
    func ruleGroups() async -> [RuleGroupReport]
    /// Returns once the action is durable and applied; refuses what cannot be with a `ResponseError`.
    func act(on page: String, _ input: OperationsInput) async throws
}
