import Basics
import HTTPAPI
import Logging
package import Response
import Rules
import StateStore
import Synchronization

extension ServerProcess {
    var agreementReports: AgreementReports {
        AgreementReports(
            core: core, archive: StoredReports(store: SQLiteReports(stateDatabase), thread: journalThread),
            figures: { [self] in try await objectiveFigures(from: $0, to: $1) },
            targets: { [self] in configuration.withLock { $0.agreements } }, clock: clock)
    }

    package func monthlyReport(_ month: ReportMonth) async throws -> MonthlyReport {
        try await agreementReports.report(month).report
    }

    private static let lookAgain = Duration.seconds(3600)

    /// Keeps each month's report once it is settled, whether anybody asks for it or not.
    func keepReports() async throws {
        while true {
            do {
                if let month = try await agreementReports.keepDue() {
                    logger.notice("the month's agreements are reported", metadata: ["month": "\(month)"])
                }
            } catch let error where !(error is CancellationError) {
                logger.error("the month's report", metadata: ["reason": "\(error)"])
            }
            try await clock.sleep(until: clock.now() + Self.lookAgain)
        }
    }
}

private struct StoredReports: ReportArchive {
    let store: SQLiteReports
    let thread: BlockingThreads

    func report(_ month: ReportMonth) async throws -> KeptReport? {
        try await thread.run { try store.report(month) }
    }

    func months() async throws -> [ReportMonth] { try await thread.run { try store.months() } }

    func keep(_ report: KeptReport) async throws -> KeptReport {
        try await thread.run {
            try store.keep(report)
            return try store.report(report.report.month) ?? report
        }
    }
}
