import Basics
import Response

/// What was agreed on, and what came of it in one month.
struct AgreementsView: Sendable {
    struct Row: Sendable {
        let audience: String
        let agreedName: String
        let agreedService: String
        let agreedTarget: String
        let measured: String
        let agreedCount: String
        let verdictTone: String
        let verdictText: String
    }

    struct Choice: Sendable {
        let monthName: String
        let isChosen: Bool
    }

    let tabTitle: String
    let monthText: String
    let isPreliminary: Bool
    let omissions: [String]
    let rows: [Row]
    let pagesText: String
    let supportText: String
    let months: [Choice]

    init(_ report: MonthlyReport, months: [ReportMonth]) {
        tabTitle = "Agreements in \(report.month)"
        monthText = report.month.description
        isPreliminary = report.isPreliminary
        omissions = report.omissions ?? []
        rows = report.rows.map { row in
            Row(
                audience: row.audience, agreedName: row.name, agreedService: row.service, agreedTarget: row.target,
                measured: row.measured, agreedCount: FigureText.grouped(Int(clamping: row.count)),
                verdictTone: row.verdict == .met ? "ok" : row.verdict == .missed ? "bad" : "quiet",
                verdictText: row.verdict.rawValue)
        }
        pagesText = FigureText.count(report.pages.count, "P0 or P1 page")
        supportText = FigureText.count(report.support.count, "answer") + " to critical support"
        self.months = months.map { Choice(monthName: $0.description, isChosen: $0 == report.month) }
    }
}
