package import Basics
import SignalModel

/// What was agreed on, for customers and among ourselves, and what came of it in one month.
package struct MonthlyReport: Sendable, Hashable, Codable {
    package enum Verdict: String, Sendable, Hashable, Codable {
        case met, missed
        /// Nothing happened that it is about, or nobody counted.
        case noData = "no data"
    }

    package struct Row: Sendable, Hashable, Codable {
        package var audience: String
        package var name: String
        package var service: String
        package var target: String
        package var measured: String
        package var verdict: Verdict
        /// Requests, minutes, pages or answers it is about.
        package var count: UInt64
    }

    package var month: ReportMonth
    /// The month is not over, or what comes late may still come.
    package var isPreliminary: Bool
    package var rows: [Row]
    package var pages: [AnsweredPage]
    package var support: [SupportAnswer]
    package var breakGlasses: [BreakGlass]
    /// What it leaves out because there was too much of it. Nil in reports from before this was looked at.
    package var omissions: [String]?

    /// Nothing is known of the month, as of those before the first start: what comes to be known may still go in.
    package var isEmpty: Bool { rows.allSatisfy { $0.verdict == .noData } }
}

/// How many good events an objective had in a month.
package struct ObjectiveFigure: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case availability, errorRate, latency }

    package var objective: String
    package var service: String
    package var kind: Kind
    package var target: Double
    package var goodCount: UInt64
    package var totalCount: UInt64

    package init(
        objective: String, service: String, kind: Kind, target: Double, goodCount: UInt64, totalCount: UInt64
    ) {
        self.objective = objective
        self.service = service
        self.kind = kind
        self.target = target
        self.goodCount = goodCount
        self.totalCount = totalCount
    }
}

/// What is promised besides the objectives: the requirements' figures where nothing else is configured.
package struct AgreementTargets: Sendable, Hashable {
    package var p0Response = Duration.seconds(15 * 60)
    package var p1Response = Duration.seconds(3600)
    package var p0Repair = Duration.seconds(15 * 60)
    package var supportAnswer = Duration.seconds(4 * 3600)

    package init() {}
}

extension MonthlyReport {
    private static let customers = "customers"
    private static let own = "internal"
    /// A page of the service so soon after a deployment counts as its downtime.
    private static let afterDeployment: Int64 = 30 * 60_000

    /// The same state gives the same report.
    package static func make(
        _ month: ReportMonth, _ state: OperationsState, objectives: [ObjectiveFigure], targets: AgreementTargets,
        now: Timestamp
    ) -> MonthlyReport {
        let (from, to) = (month.start.milliseconds, month.end.milliseconds)
        let pages = state.answeredPages(from: from, to: to)
        let support = state.agreements.support.filter {
            $0.askedAtMilliseconds >= from && $0.askedAtMilliseconds < to
        }.sorted { ($0.askedAtMilliseconds, $0.reference) < ($1.askedAtMilliseconds, $1.reference) }
        let p0 = pages.filter { $0.severity == .p0 }
        var rows = objectives.sorted { ($0.service, $0.objective) < ($1.service, $1.objective) }.map(row)
        rows.append(
            within(
                customers, "Answer to critical support", targets.supportAnswer,
                support.map { $0.answeredAtMilliseconds - $0.askedAtMilliseconds }))
        for (name, severity, target) in [
            ("P0 response", Severity.p0, targets.p0Response), ("P1 response", .p1, targets.p1Response),
        ] {
            let found = pages.filter { $0.severity == severity }
            rows.append(within(own, name, target, found.map { response($0, now: now.milliseconds) }))
        }
        rows.append(repair(p0, targets.p0Repair, now: now.milliseconds))
        rows.append(
            deployments(state.agreements.deployments.deployments(from: from, to: to, state.gate.records), pages))
        return MonthlyReport(
            month: month, isPreliminary: now < month.settledAt, rows: rows, pages: pages, support: support,
            breakGlasses: state.gate.glasses.filter { $0.atMilliseconds >= from && $0.atMilliseconds < to },
            omissions: omissions(state.agreements, from: from))
    }

    private static func omissions(_ book: AgreementBook, from: Int64) -> [String] {
        [
            ("P0 and P1 that closed", book.pagesCompleteSinceMilliseconds),
            ("deployments", book.deployments.completeSinceMilliseconds),
        ].compactMap { what, since in
            guard let since, since > from else { return nil }
            return "\(what) before \(RFC3339.format(Timestamp(milliseconds: since / 1000 * 1000))) are not all in it"
        }
    }

    private static func row(_ figure: ObjectiveFigure) -> Row {
        let audience = figure.kind == .errorRate ? own : customers
        let verdict: Verdict =
            figure.totalCount == 0
            ? .noData : Double(figure.goodCount) / Double(figure.totalCount) >= figure.target ? .met : .missed
        return Row(
            audience: audience, name: figure.objective, service: figure.service,
            target: ShareText.text(figure.target),
            measured: ShareText.text(good: figure.goodCount, of: figure.totalCount), verdict: verdict,
            count: figure.totalCount)
    }

    /// Until somebody had it, or it was over, or until now.
    private static func response(_ page: AnsweredPage, now: Int64) -> Int64 {
        (page.acknowledgedAtMilliseconds ?? page.closedAtMilliseconds ?? now) - page.openedAtMilliseconds
    }

    private static func within(_ audience: String, _ name: String, _ target: Duration, _ spans: [Int64]) -> Row {
        let limit = target.milliseconds
        let kept = spans.count { $0 <= limit }
        let longest = spans.max() ?? 0
        return Row(
            audience: audience, name: name, service: "", target: "within \(text(limit))",
            measured: spans.isEmpty
                ? "none" : "\(kept) of \(spans.count) within it; longest \(text(longest))",
            verdict: spans.isEmpty ? .noData : kept == spans.count ? .met : .missed, count: UInt64(spans.count))
    }

    private static func repair(_ pages: [AnsweredPage], _ target: Duration, now: Int64) -> Row {
        let spans = pages.map { ($0.closedAtMilliseconds ?? now) - $0.openedAtMilliseconds }
        let mean = spans.isEmpty ? 0 : spans.reduce(0, +) / Int64(spans.count)
        return Row(
            audience: own, name: "P0 mean time to repair", service: "",
            target: "at most \(text(target.milliseconds))",
            measured: spans.isEmpty ? "none" : text(mean),
            verdict: spans.isEmpty ? .noData : mean <= target.milliseconds ? .met : .missed,
            count: UInt64(spans.count))
    }

    private static func deployments(_ passed: [DeploymentLog.Deployment], _ pages: [AnsweredPage]) -> Row {
        let opened = Dictionary(grouping: pages, by: \.service).mapValues { $0.map(\.openedAtMilliseconds) }
        let harmful = passed.count { one in
            opened[one.service]?.contains { (0...afterDeployment).contains($0 - one.atMilliseconds) } ?? false
        }
        return Row(
            audience: own, name: "Deployments without downtime", service: "",
            target: "no P0 or P1 of the service within \(text(afterDeployment))",
            measured: passed.isEmpty ? "none" : "\(passed.count - harmful) of \(passed.count)",
            verdict: passed.isEmpty ? .noData : harmful == 0 ? .met : .missed, count: UInt64(passed.count))
    }

    /// Whole seconds: nobody agrees on milliseconds.
    static func text(_ milliseconds: Int64) -> String {
        DurationText.text(milliseconds: max(0, milliseconds) / 1000 * 1000)
    }
}
