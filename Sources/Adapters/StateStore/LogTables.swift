internal import GRDB

/// Searches of logs that people gave a name, and what they have counted of logs.
enum LogTables {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE log_search (
                    name TEXT NOT NULL PRIMARY KEY,
                    search TEXT NOT NULL,              -- the query part of the page's address
                    changed_ms INTEGER NOT NULL,       -- since 1970
                    changed_by TEXT NOT NULL
                ) STRICT;
                CREATE TABLE log_metric (
                    name TEXT NOT NULL PRIMARY KEY,    -- without the ending of its kind
                    definition TEXT NOT NULL,          -- a JSON object, as the API takes it
                    changed_ms INTEGER NOT NULL,       -- since 1970
                    changed_by TEXT NOT NULL
                ) STRICT;
                """)
    }
}
