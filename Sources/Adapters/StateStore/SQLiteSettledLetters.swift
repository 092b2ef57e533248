internal import GRDB

/// Which dead letters are done with although a file still has them, in the state database: ranges of their numbers.
/// Each change is durable on return; calls block.
package struct SQLiteSettledLetters: Sendable {
    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE settled_dead_letter (
                    first INTEGER NOT NULL PRIMARY KEY,
                    after INTEGER NOT NULL             -- the first number behind the range
                ) STRICT;
                """)
    }

    /// In ascending order. What is no range is left out.
    package func load() throws(StateStoreError) -> [Range<UInt64>] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT first, after FROM settled_dead_letter ORDER BY first")
                .compactMap { row in
                    let (first, after): (Int64, Int64) = (row["first"], row["after"])
                    return first >= 0 && first < after ? UInt64(first)..<UInt64(after) : nil
                }
        }
    }

    /// All of it or nothing.
    package func replace(_ removed: [Range<UInt64>], with added: [Range<UInt64>]) throws(StateStoreError) {
        try database.write { database in
            for range in removed {
                try database.execute(
                    sql: "DELETE FROM settled_dead_letter WHERE first = ?",
                    arguments: [Int64(clamping: range.lowerBound)])
            }
            for range in added {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO settled_dead_letter (first, after) VALUES (?, ?)",
                    arguments: [Int64(clamping: range.lowerBound), Int64(clamping: range.upperBound)])
            }
        }
    }
}
