package import Basics
internal import Foundation
internal import GRDB
package import Response
internal import SignalModel
internal import WireFormats

/// Closed pages in SQLite: a row each, with the words it is found by.
package struct SQLitePageArchive: Sendable {
    private let database: StateDatabase

    /// JSON in a zstd frame.
    private static let format = 1
    /// Two years and more, as shifts are kept.
    package static let keptMilliseconds: Int64 = 800 * 86_400_000
    /// The oldest beyond it go: some 300 MB.
    package static let pagesMax = 100_000
    /// Deleted in one write.
    private static let forgottenAtOnce = 200

    package init(_ database: StateDatabase) { self.database = database }

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE closed_page (
                    id TEXT PRIMARY KEY,
                    closed_at_milliseconds INTEGER NOT NULL,
                    severity TEXT NOT NULL,
                    words TEXT NOT NULL,
                    format INTEGER NOT NULL,
                    page BLOB NOT NULL
                ) STRICT;
                CREATE INDEX closed_page_by_time ON closed_page (closed_at_milliseconds, id);
                """)
    }

    package func keep(_ pages: [Page], at now: Timestamp) throws {
        let rows = try pages.map { page in
            (
                page: page, words: PageSearch.text(of: page),
                data: try CompressedSnapshot.frame(try JSONStream.encode(page))
            )
        }
        try database.write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO closed_page (id, closed_at_milliseconds, severity, words, format, page)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """)
            for row in rows {
                try insert.execute(arguments: [
                    row.page.id, row.page.closedAtMilliseconds ?? 0, row.page.severity.rawValue, row.words,
                    Self.format, Data(row.data),
                ])
            }
            try db.execute(
                sql: """
                    DELETE FROM closed_page WHERE id IN (
                        SELECT id FROM closed_page WHERE closed_at_milliseconds < max(?, coalesce((
                            SELECT closed_at_milliseconds FROM closed_page
                            ORDER BY closed_at_milliseconds DESC LIMIT 1 OFFSET ?), 0))
                        ORDER BY closed_at_milliseconds LIMIT ?)
                    """,
                arguments: [now.milliseconds - Self.keptMilliseconds, Self.pagesMax - 1, Self.forgottenAtOnce])
        }
    }

    package func page(_ id: String) throws -> Page? {
        try database.read { db in
            try Row.fetchOne(db, sql: "SELECT format, page FROM closed_page WHERE id = ?", arguments: [id]).map(
                decode)
        }
    }

    /// The newest first.
    package func find(_ search: PageSearch) throws -> [Page] {
        var conditions = ["1"]
        var arguments = StatementArguments()
        for word in search.words {
            conditions.append("instr(words, ?) > 0")
            arguments += [word]
        }
        if !search.severities.isEmpty {
            let marks = search.severities.map { _ in "?" }.joined(separator: ",")
            conditions.append("severity IN (\(marks))")
            arguments += StatementArguments(search.severities.map(\.rawValue))
        }
        if let after = search.after {
            conditions.append("(closed_at_milliseconds, id) < (?, ?)")
            arguments += [after.closedAtMilliseconds, after.id]
        }
        arguments += [search.limit]
        return try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT format, page FROM closed_page WHERE \(conditions.joined(separator: " AND "))
                    ORDER BY closed_at_milliseconds DESC, id DESC LIMIT ?
                    """, arguments: arguments
            ).map(decode)
        }
    }

    private func decode(_ row: Row) throws -> Page {
        let format: Int = row["format"]
        guard format == Self.format else {
            throw StateStoreError(.newer, "a closed page of \(database.path) has format \(format)")
        }
        let data: Data = row["page"]
        do {
            return try JSONStream.decode(Page.self, from: try CompressedSnapshot.content(of: Array(data)))
        } catch { throw StateStoreError(.corrupt, "a closed page of \(database.path) is damaged: \(error)") }
    }
}
