import Basics
import SignalModel
import TestKit
import Testing

@testable import Response

@Suite("Monthly reports")
struct MonthlyReportTests {
    /// 2023-11-14T22:13:20Z.
    private let start: Int64 = 1_700_000_000_000
    private let month = ReportMonth("2023-11")!

    private func history() -> OperationsHistory {
        var history = OperationsHistory(.fixture, startingAt: start)
        let p0 = ["alertname": "Down", "severity": "P0", "service": "cart"]
        history.fire(p0)
        history.advance(minutes: 4)
        history.feed(.acknowledged(page: history.state.open.keys.first!, by: "ada", note: ""))
        history.advance(minutes: 6)
        history.end(p0)
        history.advance(minutes: 60)
        let p1 = ["alertname": "Slow", "severity": "P1", "service": "cart"]
        history.fire(p1)
        history.advance(minutes: 70)
        history.end(p1)
        history.advance(minutes: 60)
        return history
    }

    private func report(_ history: OperationsHistory, _ objectives: [ObjectiveFigure] = []) -> MonthlyReport {
        MonthlyReport.make(
            month, history.state, objectives: objectives, targets: AgreementTargets(),
            now: Timestamp(milliseconds: history.now))
    }

    private func row(_ report: MonthlyReport, _ name: String) throws -> MonthlyReport.Row {
        try #require(report.rows.first { $0.name == name })
    }

    @Test("answers and repairs are measured from the page that opened, each against what was agreed")
    func clocks() throws {
        let report = report(history())
        let p0 = try row(report, "P0 response")
        #expect(p0.verdict == .met && p0.measured == "1 of 1 within it; longest 4m")
        let repair = try row(report, "P0 mean time to repair")
        #expect(repair.verdict == .met && repair.measured == "10m")
        let p1 = try row(report, "P1 response")
        #expect(p1.verdict == .missed && p1.measured == "0 of 1 within it; longest 1h10m", "nobody answered")
        #expect(report.pages.map(\.service) == ["cart", "cart"])
    }

    @Test("a month without what it is about is neither kept nor broken")
    func empty() throws {
        let report = report(OperationsHistory(.fixture, startingAt: start))
        #expect(report.rows.allSatisfy { $0.verdict == .noData })
    }

    @Test("a page that nobody has answered yet counts with the time so far")
    func open() throws {
        var history = OperationsHistory(.fixture, startingAt: start)
        history.fire(["alertname": "Down", "severity": "P0", "service": "cart"])
        history.advance(minutes: 16)
        #expect(try row(report(history), "P0 response").verdict == .missed)
    }

    @Test(
        "an objective is kept exactly at its target, and its share is cut, never rounded up",
        arguments: [
            (999, 1000, "99.9 %", .met), (9989, 10_000, "99.89 %", .missed), (0, 0, "no data", .noData),
            (99_999_999, 100_000_000, "99.9999 %", .met), (UInt64.max, UInt64.max, "100 %", .met),
        ] as [(UInt64, UInt64, String, MonthlyReport.Verdict)])
    func objectives(good: UInt64, total: UInt64, text: String, verdict: MonthlyReport.Verdict) throws {
        let figure = ObjectiveFigure(
            objective: "cart-availability", service: "cart", kind: .availability, target: 0.999, goodCount: good,
            totalCount: total)
        let row = try row(report(history(), [figure]), "cart-availability")
        #expect(row.measured == text && row.verdict == verdict && row.target == "99.9 %")
        #expect(row.audience == "customers")
    }

    @Test("a deployment that a P0 or P1 of its service follows within half an hour was not without downtime")
    func deployments() throws {
        var history = OperationsHistory(.fixture, startingAt: start)
        func deploy(_ service: String) {
            let decision = GateDecision(
                question: GateQuestion(service: service), verdict: .allow, reasons: [], standings: [])
            history.feed(
                .gate(
                    .asked(
                        GateRecord(
                            decision, summary: "", by: "ci", source: "api", at: Timestamp(milliseconds: history.now)))
                ))
        }
        deploy("cart")
        deploy("search")
        history.advance(minutes: 30)
        history.fire(["alertname": "Down", "severity": "P0", "service": "cart"])
        let row = try row(report(history), "Deployments without downtime")
        #expect(row.measured == "1 of 2" && row.verdict == .missed)
    }

    @Test("of more deployments than are kept the report says from when on it has them")
    func manyDeployments() throws {
        func record(_ at: Int64) -> GateRecord {
            GateRecord(
                GateDecision(
                    question: GateQuestion(service: "cart"), verdict: .allow, reasons: [], standings: []),
                summary: "", by: "ci", source: "api", at: Timestamp(milliseconds: at))
        }
        var book = AgreementBook()
        for number in 0..<Int64(DeploymentLog.countMax) - 1 { book.note(record(start + number)) }
        #expect(book.deployments.completeSinceMilliseconds == nil)
        // Of before anything was kept for reports the gate's own records speak.
        let found = book.deployments.deployments(
            from: start - 1, to: start + 5, [record(start - 2), record(start - 1), record(start + 3)])
        #expect(found.map(\.atMilliseconds) == [-1, 0, 1, 2, 3, 4].map { start + $0 })
        for number in 0..<2 as Range<Int64> { book.note(record(start + 100_000 + number)) }
        #expect(book.deployments.completeSinceMilliseconds == start + 1)
        var state = history().state
        state.agreements = book
        let report = MonthlyReport.make(
            month, state, objectives: [], targets: AgreementTargets(), now: Timestamp(milliseconds: start))
        #expect(report.omissions == ["deployments before 2023-11-14T22:13:20Z are not all in it"])
        #expect(report.markdown.contains("Not complete: deployments before"))
        // Two months later nobody asks for them any more.
        book.note(record(start + 70 * 86_400_000))
        #expect(book.deployments.deployments(from: 0, to: .max, []).count == 1)
        #expect(self.report(history()).omissions == [])
    }

    @Test("an answer to critical support is entered, corrected by its reference, and judged by four hours")
    func support() throws {
        var history = OperationsHistory(.fixture, startingAt: start)
        history.now += 86_400_000
        func enter(_ reference: String, hours: Int64) {
            let asked = Timestamp(milliseconds: start)
            history.feed(
                .agreement(
                    .supportAnswered(
                        SupportAnswer(
                            reference: reference, asked: asked, answered: asked + .seconds(3600 * hours), note: "",
                            by: "ada"))))
        }
        enter("T-1", hours: 5)
        #expect(try row(report(history), "Answer to critical support").verdict == .missed)
        enter("T-1", hours: 4)
        enter("T-2", hours: 1)
        let row = try row(report(history), "Answer to critical support")
        #expect(row.verdict == .met && row.measured == "2 of 2 within it; longest 4h")
        let now = Timestamp(milliseconds: history.now)
        let backwards = SupportAnswer(
            reference: "T-3", asked: now, answered: now + .seconds(-1), note: "", by: "ada")
        #expect(history.state.refusal(of: .supportAnswered(backwards), at: now) != nil)
    }

    @Test("the texts are the same bytes from the same journal, and hostile titles break neither")
    func texts() {
        var history = history()
        history.fire(
            ["alertname": "Evil", "severity": "P0", "service": "=cart"],
            annotations: ["summary": "a|b\n<script>\"quoted\",=SUM(A1)"])
        let first = report(history)
        history.restart(keeping: history.journal.count)
        let second = report(history)
        #expect(first.markdown == second.markdown && first.csv == second.csv)
        #expect(first.markdown.contains("a\\|b \\<script>"))
        #expect(first.csv.hasPrefix("month,for,what,service,agreed,measured,of,verdict\r\n2023-11,"))
        let formula = ObjectiveFigure(
            objective: "=HYPERLINK(1)", service: "a,b", kind: .latency, target: 0.95, goodCount: 1, totalCount: 1)
        #expect(
            report(history, [formula]).csv.contains("2023-11,customers,'=HYPERLINK(1),\"a,b\",95 %,100 %,1,met\r\n"))
    }

    @Test("a month is settled a day after it ends; until then its report is preliminary")
    func settled() {
        var history = history()
        #expect(report(history).isPreliminary)
        history.now = month.settledAt.milliseconds
        history.feed(.clockReached)
        #expect(!report(history).isPreliminary)
        #expect(RFC3339.format(month.settledAt) == "2023-12-02T00:00:00Z")
    }

    @Test(
        "months are read strictly and follow each other over years",
        arguments: ["2023-13", "2023-1", "23-01", "x", "2023/01", "2023-00"])
    func months(text: String) throws {
        #expect(ReportMonth(text) == nil)
        let january = try #require(ReportMonth("2024-01"))
        #expect(january.previous.description == "2023-12" && january.previous < january)
        #expect(ReportMonth(containing: january.start) == january)
        #expect(ReportMonth(containing: january.start + .milliseconds(-1)) == january.previous)
    }
}
