internal import Foundation
internal import GRDB
package import Response
internal import WireFormats

/// Monthly reports, each with its texts as they were made: asked for again they are the same bytes.
package struct SQLiteReports: Sendable {
    package struct Row: Sendable {
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

    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE agreement_reports (
                    month TEXT PRIMARY KEY,
                    made_at_milliseconds INTEGER NOT NULL,
                    report BLOB NOT NULL,
                    markdown TEXT NOT NULL,
                    csv TEXT NOT NULL
                ) STRICT;
                """)
    }

    package func report(_ month: ReportMonth) throws(StateStoreError) -> Row? {
        try database.read { db in
            guard
                let row = try GRDB.Row.fetchOne(
                    db, sql: "SELECT * FROM agreement_reports WHERE month = ?", arguments: [month.description])
            else { return nil }
            let json: Data = row["report"]
            return Row(
                report: try JSONDecoder().decode(MonthlyReport.self, from: json),
                madeAtMilliseconds: row["made_at_milliseconds"], markdown: row["markdown"], csv: row["csv"])
        }
    }

    /// Newest first.
    package func months() throws(StateStoreError) -> [ReportMonth] {
        try database.read { db in
            try String.fetchAll(db, sql: "SELECT month FROM agreement_reports ORDER BY month DESC").compactMap {
                ReportMonth($0)
            }
        }
    }

    /// One that is there stays.
    package func keep(_ row: Row) throws(StateStoreError) {
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO agreement_reports (month, made_at_milliseconds, report, markdown, csv)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    row.report.month.description, row.madeAtMilliseconds,
                    Data(try JSONStream.encode(row.report, sortsKeys: true)), row.markdown, row.csv,
                ])
        }
    }
}
