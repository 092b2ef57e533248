internal import Foundation
internal import GRDB
package import Response
internal import WireFormats

/// Monthly reports, each with its texts as they were made: asked for again they are the same bytes.
package struct SQLiteReports: Sendable {
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

    package func report(_ month: ReportMonth) throws(StateStoreError) -> KeptReport? {
        try database.read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT * FROM agreement_reports WHERE month = ?", arguments: [month.description])
            else { return nil }
            let json: Data = row["report"]
            return KeptReport(
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
    package func keep(_ report: KeptReport) throws(StateStoreError) {
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO agreement_reports (month, made_at_milliseconds, report, markdown, csv)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    report.report.month.description, report.madeAtMilliseconds,
                    Data(try JSONStream.encode(report.report, sortsKeys: true)), report.markdown, report.csv,
                ])
        }
    }
}
