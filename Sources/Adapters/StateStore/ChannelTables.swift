internal import GRDB

/// What channels need to keep: keys of the server's own, links that were used, devices that take pushes.
enum ChannelTables {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE server_secret (
                    name TEXT PRIMARY KEY,
                    value TEXT NOT NULL
                ) STRICT;
                CREATE TABLE used_link (
                    token_digest BLOB PRIMARY KEY,     -- SHA-256
                    expires_milliseconds INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE push_subscription (
                    endpoint TEXT PRIMARY KEY,
                    person TEXT NOT NULL,              -- the name that signed in
                    public_key TEXT NOT NULL,          -- p256dh
                    secret TEXT NOT NULL,              -- auth
                    device TEXT NOT NULL,
                    created_milliseconds INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX push_subscription_person ON push_subscription (person);
                """)
    }
}
