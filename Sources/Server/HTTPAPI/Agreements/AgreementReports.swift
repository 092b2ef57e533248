package import Basics
package import Response

/// Where reports are kept. Durable on return; one that is there is never changed.
package protocol ReportArchive: Sendable {
    func report(_ month: ReportMonth) async throws -> KeptReport?
    /// Newest first.
    func months() async throws -> [ReportMonth]
    /// What stands there afterwards: the first that was kept.
    func keep(_ report: KeptReport) async throws -> KeptReport
}

/// Makes the month's report, and keeps it once the month is settled.
package struct AgreementReports: Sendable {
    package typealias Figures = @Sendable (_ from: Timestamp, _ to: Timestamp) async throws -> [ObjectiveFigure]

    let core: OperationsCore
    private let archive: any ReportArchive
    private let figures: Figures
    private let targets: @Sendable () -> AgreementTargets
    let clock: any WallClock

    package init(
        core: OperationsCore, archive: any ReportArchive, figures: @escaping Figures,
        targets: @escaping @Sendable () -> AgreementTargets, clock: any WallClock
    ) {
        self.core = core
        self.archive = archive
        self.figures = figures
        self.targets = targets
        self.clock = clock
    }

    var now: Timestamp { max(clock.now(), core.state.now) }

    func months() async throws -> [ReportMonth] { try await archive.months() }

    /// The one that is kept, or one made now.
    package func report(_ month: ReportMonth) async throws -> KeptReport {
        if let kept = try await archive.report(month) { return kept }
        let now = now
        let objectives = try await figures(month.start, min(month.end, now))
        let report = MonthlyReport.make(month, core.state, objectives: objectives, targets: targets(), now: now)
        let made = KeptReport(
            report: report, madeAtMilliseconds: now.milliseconds, markdown: report.markdown, csv: report.csv)
        return report.isPreliminary || report.isEmpty ? made : try await archive.keep(made)
    }

    /// Keeps the last month's report as soon as it is settled; nil: nothing is due.
    package func keepDue() async throws -> ReportMonth? {
        let last = ReportMonth(containing: now).previous
        guard now >= last.settledAt, try await archive.report(last) == nil else { return nil }
        _ = try await report(last)
        return try await archive.report(last) == nil ? nil : last
    }
}
