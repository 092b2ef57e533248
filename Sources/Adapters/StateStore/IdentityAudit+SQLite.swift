internal import Basics
internal import GRDB
package import Identity

/// Identity's audit entries in the state database: appended, never changed.
package struct SQLiteIdentityAudit: AuditSink {
    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    package func record(_ entry: IdentityAuditEntry) throws(IdentityError) {
        try identityErrors { () throws(StateStoreError) in
            try database.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO identity_audit (at, actor, action, subject, source, details)
                        VALUES (?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        entry.at.milliseconds, entry.actor, entry.action.rawValue, entry.subject, entry.source,
                        try IdentityRow.encode(entry.details),
                    ])
            }
        }
    }

    /// The latest first, at most `limit`. Entries whose action this version does not know are damaged rows.
    package func latest(limit: Int) throws(StateStoreError) -> [IdentityAuditEntry] {
        try database.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM identity_audit ORDER BY id DESC LIMIT ?", arguments: [limit]
            ).map { row in
                guard let action = IdentityAuditEntry.Action(rawValue: row["action"]),
                    let details = IdentityRow.decode([String: String].self, row["details"])
                else {
                    let id: Int64 = row["id"]
                    throw IdentityRow.damaged("identity_audit", "\(id)")
                }
                return IdentityAuditEntry(
                    at: Timestamp(milliseconds: row["at"]), actor: row["actor"], action: action,
                    subject: row["subject"], source: row["source"], details: details)
            }
        }
    }
}
