internal import GRDB

/// The tables of identity. Times are milliseconds since the epoch.
enum IdentityTables {
    @Sendable static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE identity_user (
                    name TEXT PRIMARY KEY NOT NULL,
                    role TEXT NOT NULL,
                    password TEXT NOT NULL,            -- scrypt$log2N$r$p$salt$key
                    created_at INTEGER NOT NULL,
                    password_changed_at INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE identity_session (
                    digest BLOB PRIMARY KEY NOT NULL,  -- SHA-256 of the cookie's value
                    user TEXT NOT NULL REFERENCES identity_user(name) ON DELETE CASCADE,
                    created_at INTEGER NOT NULL,
                    last_seen_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    source TEXT NOT NULL
                ) STRICT;
                CREATE INDEX identity_session_user ON identity_session (user);

                CREATE TABLE identity_token (
                    id TEXT PRIMARY KEY NOT NULL,
                    name TEXT NOT NULL,
                    digest BLOB NOT NULL UNIQUE,       -- SHA-256 of the token
                    role TEXT,                         -- API tokens
                    forced_labels TEXT,                -- ingest tokens: JSON object
                    limits TEXT,                       -- ingest tokens: JSON object
                    created_at INTEGER NOT NULL,
                    created_by TEXT NOT NULL,
                    expires_at INTEGER,
                    last_used_at INTEGER,
                    CHECK ((role IS NULL) = (forced_labels IS NOT NULL)),
                    CHECK ((forced_labels IS NULL) = (limits IS NULL))
                ) STRICT;

                CREATE TABLE identity_audit (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    at INTEGER NOT NULL,
                    actor TEXT NOT NULL,
                    action TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    source TEXT NOT NULL,
                    details TEXT NOT NULL              -- JSON object
                ) STRICT;
                """)
    }

    /// Integration keys beside the two older kinds, which a role and forced labels tell apart.
    @Sendable static func addKinds(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE identity_token ADD COLUMN kind TEXT")
    }
}
