package import Basics
internal import Foundation
internal import GRDB
package import Identity

/// Links that were used: each works once. Calls block; what they say is durable on return.
package struct SQLiteUsedLinks: Sendable {
    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    /// False when the link was used before. Those that have expired are forgotten on the way.
    package func use(_ link: SecretDigest, expiresAt: Timestamp, now: Timestamp) throws(StateStoreError) -> Bool {
        try database.write { db in
            try db.execute(
                sql: "DELETE FROM used_link WHERE expires_milliseconds <= ?", arguments: [now.milliseconds])
            try db.execute(
                sql: "INSERT OR IGNORE INTO used_link (token_digest, expires_milliseconds) VALUES (?, ?)",
                arguments: [Data(link.bytes), expiresAt.milliseconds])
            return db.changesCount == 1
        }
    }

    package func isUsed(_ link: SecretDigest) throws(StateStoreError) -> Bool {
        try database.read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM used_link WHERE token_digest = ?)",
                arguments: [Data(link.bytes)]) ?? false
        }
    }

    /// What the link was for could not be done: it may be tried again.
    package func release(_ link: SecretDigest) throws(StateStoreError) {
        try database.write { db in
            try db.execute(sql: "DELETE FROM used_link WHERE token_digest = ?", arguments: [Data(link.bytes)])
        }
    }
}
