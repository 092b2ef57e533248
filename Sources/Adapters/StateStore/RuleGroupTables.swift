internal import GRDB

/// Rule groups that came by the API.
enum RuleGroupTables {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE rule_group (
                    namespace TEXT NOT NULL,
                    name TEXT NOT NULL,
                    text TEXT NOT NULL,                -- YAML of the one group
                    PRIMARY KEY (namespace, name)
                ) STRICT;
                """)
    }
}
