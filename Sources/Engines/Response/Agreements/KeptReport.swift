/// A report as it was made, its texts to the byte.
package struct KeptReport: Sendable, Hashable {
    package var report: MonthlyReport
    package var madeAtMilliseconds: Int64
    package var markdown: String
    package var csv: String

    package init(report: MonthlyReport, madeAtMilliseconds: Int64, markdown: String, csv: String) {
        self.report = report
        self.madeAtMilliseconds = madeAtMilliseconds
        self.markdown = markdown
        self.csv = csv
    }
}
