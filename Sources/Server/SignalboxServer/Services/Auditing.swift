import Basics
import Logging
import Response
import Synchronization

/// Audits the pages each minute, looks whether the operations core's loop still turns, and tells the owners what is
/// new. As long as anything is amiss, nobody outside is told that all is well.
final class Auditing: Sendable {
    private let core: OperationsCore
    private let clock: any WallClock
    private let logger: Logger
    private let report = Mutex(AuditReport())

    static let interval = Duration.seconds(60)
    /// An input that is not taken within this: the loop is stuck.
    private static let turnTimeout = Duration.seconds(10)

    init(core: OperationsCore, clock: any WallClock, logger: Logger) {
        self.core = core
        self.clock = clock
        self.logger = logger
    }

    var latest: AuditReport { report.withLock { $0 } }

    /// Why nobody may be told that all is well; nil when all is.
    var objection: String? {
        if let failure = core.journalFailure {
            // Where nothing happens by itself, nothing else would find out that it can be written again.
            core.poke()
            return "the operations journal cannot be written: \(failure)"
        }
        let report = latest
        if let finding = report.findings.first { return finding.text }
        if let at = report.auditedAt, clock.now() - at > Self.interval * 3 { return "the auditor has not run" }
        return nil
    }

    func run() async throws {
        while true {
            try await clock.sleep(until: clock.now() + Self.interval)
            await audit()
        }
    }

    private func audit() async {
        // Before the loop is woken, which would do what it had missed.
        var findings = core.audit(at: clock.now())
        if let failure = core.journalFailure {
            findings.append(.init(key: "journal", text: "the operations journal cannot be written: \(failure)"))
        }
        if await !turns() { findings.append(.init(key: "loop", text: "the operations core does not move")) }
        let found = findings
        let fresh = report.withLock { report in
            report.take(found, at: clock.now())
            return report.fresh
        }
        for finding in fresh {
            logger.error("auditor", metadata: ["finding": "\(finding.text)"])
            core.alarm("the auditor finds: \(finding.text)")
        }
    }

    private func turns() async -> Bool {
        let before = core.turn
        core.poke()
        let deadline = clock.now() + Self.turnTimeout
        while core.turn == before {
            if clock.now() >= deadline { return false }
            guard (try? await clock.sleep(until: clock.now() + .milliseconds(50))) != nil else { return true }
        }
        return true
    }
}
