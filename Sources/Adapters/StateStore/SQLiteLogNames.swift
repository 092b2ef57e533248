package import Basics
internal import GRDB

/// What people keep under a name in one of the tables of logs. Each change is durable on return; calls block.
package struct SQLiteLogNames: Sendable {
    package enum Kind: Sendable {
        case search
        case metric
    }

    package struct Entry: Sendable, Hashable {
        package var name: String
        package var text: String
        package var changedAt: Timestamp
        /// A principal's audit name.
        package var changedBy: String

        package init(name: String, text: String, changedAt: Timestamp, changedBy: String) {
            self.name = name
            self.text = text
            self.changedAt = changedAt
            self.changedBy = changedBy
        }
    }

    private let database: StateDatabase
    private let table: String
    private let column: String

    package init(_ database: StateDatabase, _ kind: Kind) {
        self.database = database
        (table, column) =
            switch kind {
            case .search: ("log_search", "search")
            case .metric: ("log_metric", "definition")
            }
    }

    /// Sorted by name.
    package func load() throws(StateStoreError) -> [Entry] {
        try database.read { database in
            try Row.fetchAll(
                database, sql: "SELECT name, \(column) AS text, changed_ms, changed_by FROM \(table) ORDER BY name"
            ).map { row in
                Entry(
                    name: row["name"], text: row["text"], changedAt: Timestamp(milliseconds: row["changed_ms"]),
                    changedBy: row["changed_by"])
            }
        }
    }

    /// Takes the place of the one of this name.
    package func put(_ entry: Entry) throws(StateStoreError) {
        try database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO \(table) (name, \(column), changed_ms, changed_by) VALUES (?, ?, ?, ?)",
                arguments: [entry.name, entry.text, entry.changedAt.milliseconds, entry.changedBy])
        }
    }

    /// One that is not there is no error.
    package func remove(name: String) throws(StateStoreError) {
        try database.write { database in
            try database.execute(sql: "DELETE FROM \(table) WHERE name = ?", arguments: [name])
        }
    }
}
