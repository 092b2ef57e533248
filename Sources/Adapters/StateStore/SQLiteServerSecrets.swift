package import Basics
internal import GRDB

/// Keys that the server makes for itself at its first start and keeps. Calls block.
package struct SQLiteServerSecrets: Sendable {
    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    /// The secret of this name, made by `make` when there is none yet; durable on return.
    package func secret(_ name: String, make: () -> String) throws(StateStoreError) -> Secret {
        try database.write { db in
            if let known = try String.fetchOne(
                db, sql: "SELECT value FROM server_secret WHERE name = ?", arguments: [name])
            {
                return Secret(known)
            }
            let value = make()
            try db.execute(sql: "INSERT INTO server_secret (name, value) VALUES (?, ?)", arguments: [name, value])
            return Secret(value)
        }
    }
}
