internal import GRDB

enum OperationsTables {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE operations_journal (
                    sequence INTEGER PRIMARY KEY,
                    at_milliseconds INTEGER NOT NULL,
                    format INTEGER NOT NULL,
                    input BLOB NOT NULL
                ) STRICT;
                CREATE TABLE operations_snapshot (
                    only INTEGER PRIMARY KEY CHECK (only = 1),
                    sequence INTEGER NOT NULL,
                    format INTEGER NOT NULL,
                    state BLOB NOT NULL
                ) STRICT;
                """)
    }
}
