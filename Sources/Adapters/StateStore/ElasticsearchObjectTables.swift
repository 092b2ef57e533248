internal import GRDB

/// What Elasticsearch's clients store beside documents.
enum ElasticsearchObjectTables {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE elasticsearch_object (
                    kind TEXT NOT NULL,                -- policy, indexTemplate, componentTemplate, pipeline …
                    name TEXT NOT NULL,
                    body TEXT NOT NULL,                -- a JSON object, as it came
                    changed_ms INTEGER NOT NULL,       -- since 1970
                    PRIMARY KEY (kind, name)
                ) STRICT;
                """)
    }
}
