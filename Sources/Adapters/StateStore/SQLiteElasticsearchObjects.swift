internal import GRDB

/// Objects of Elasticsearch's API in the state database. Each change is durable on return; calls block.
package struct SQLiteElasticsearchObjects: Sendable {
    package struct Row: Sendable, Hashable {
        package var kind: String
        package var name: String
        package var body: String
        package var changedAt: Int64

        package init(kind: String, name: String, body: String, changedAt: Int64) {
            self.kind = kind
            self.name = name
            self.body = body
            self.changedAt = changedAt
        }
    }

    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    package func load() throws(StateStoreError) -> [Row] {
        try database.read { database in
            try GRDB.Row.fetchAll(database, sql: "SELECT kind, name, body, changed_ms FROM elasticsearch_object")
                .map { Row(kind: $0["kind"], name: $0["name"], body: $0["body"], changedAt: $0["changed_ms"]) }
        }
    }

    /// Takes the place of the object of this kind and name.
    package func put(_ row: Row) throws(StateStoreError) {
        try database.write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO elasticsearch_object (kind, name, body, changed_ms) VALUES (?, ?, ?, ?)
                    """,
                arguments: [row.kind, row.name, row.body, row.changedAt])
        }
    }

    /// An object that is not there is no error.
    package func remove(kind: String, name: String) throws(StateStoreError) {
        try database.write { database in
            try database.execute(
                sql: "DELETE FROM elasticsearch_object WHERE kind = ? AND name = ?", arguments: [kind, name])
        }
    }
}
