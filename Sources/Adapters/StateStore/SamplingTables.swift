internal import GRDB

/// What people set of sampling.
enum SamplingTables {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE sampling_override (
                    service TEXT NOT NULL,             -- empty for every one
                    environment TEXT NOT NULL,         -- empty for every one
                    steps INTEGER NOT NULL,            -- ten-thousandths of 1
                    changed_ms INTEGER NOT NULL,       -- since 1970
                    changed_by TEXT NOT NULL,
                    PRIMARY KEY (service, environment)
                ) STRICT;
                """)
    }
}
