package import Basics
import Hummingbird
package import Identity
package import Logs
import NIOCore

/// What every way to look at log records goes through: who sees what, how long it may take, on which threads.
package struct LogSearch: Sendable {
    let snapshot: @Sendable () -> LogSnapshot
    let policy: @Sendable () -> LogAccessPolicy
    let audit: @Sendable (IdentityAuditEntry) async throws -> Void
    let zones: @Sendable (String) -> ZoneRules?
    let classes: FieldClasses
    let threads: BlockingThreads
    let clock: any WallClock
    let timeMax: Duration

    /// How often it is looked whether whoever asked still waits.
    private static let watchInterval = Duration.milliseconds(250)

    package init(
        snapshot: @escaping @Sendable () -> LogSnapshot, policy: @escaping @Sendable () -> LogAccessPolicy,
        audit: @escaping @Sendable (IdentityAuditEntry) async throws -> Void,
        zones: @escaping @Sendable (String) -> ZoneRules?, classes: FieldClasses, threads: BlockingThreads,
        clock: any WallClock, timeMax: Duration
    ) {
        self.snapshot = snapshot
        self.policy = policy
        self.audit = audit
        self.zones = zones
        self.classes = classes
        self.threads = threads
        self.clock = clock
        self.timeMax = timeMax
    }

    /// What queries of now mean.
    var context: LogQueryContext {
        let now = clock.now().milliseconds
        return LogQueryContext(nowNanoseconds: now * 1_000_000, zones: zones)
    }

    /// A query about what `filter` says, as far as `principal` may see it.
    func query(
        _ filter: LogFilter, indices: [String], _ principal: Principal?, _ cancellation: LogCancellation
    ) -> LogQuery {
        let (times, rest) = filter.splitByTime
        return LogQuery(
            times: times, indices: indices, filter: rest, classes: classes,
            access: principal.map { policy().access(of: $0) } ?? LogAccess(restriction: .nothing),
            cancellation: cancellation)
    }

    /// Returns once it is written down that somebody reads what is audited; at once where it is not.
    func note(_ context: SignalboxRequestContext) async throws {
        guard let principal = context.principal, policy().isAudited(principal) else { return }
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: principal.auditName, action: .logsRead, subject: "logs",
                source: context.remoteAddress, details: ["by": context.endpointPath ?? ""]))
    }

    /// Runs `body` on a thread of its own; it ends when its time is over, or when whoever asked has gone. `isFirst` is
    /// false for further pages of one answer.
    func run<Value: Sendable>(
        _ context: SignalboxRequestContext, isFirst: Bool = true,
        _ body: @escaping @Sendable (LogSnapshot, LogCancellation) throws -> Value
    ) async throws -> Value {
        if isFirst { try await note(context) }
        try await context.noticeDeparture()
        let cancellation = LogCancellation()
        let (clock, timeMax, threads, snapshot) = (clock, timeMax, threads, snapshot)
        let end = clock.uptime() + timeMax
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await threads.run { try body(snapshot(), cancellation) } }
            group.addTask {
                while true {
                    try await clock.sleep(until: clock.now() + Self.watchInterval)
                    if !context.isConnected { cancellation.cancel() }
                    if clock.uptime() > end { cancellation.endTime() }
                }
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw APIError(.internal, "a search without an end")
        }
    }
}
