internal import GRDB

/// Rule groups of the API in the state database. Each change is durable on return; calls block.
package struct SQLiteRuleGroupStore: Sendable {
    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    /// Sorted by namespace and name.
    package func load() throws(StateStoreError) -> [StoredRuleGroup] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT namespace, name, text FROM rule_group ORDER BY namespace, name")
                .map { StoredRuleGroup(namespace: $0["namespace"], name: $0["name"], text: $0["text"]) }
        }
    }

    /// Takes the place of the group of this namespace and name.
    package func put(_ group: StoredRuleGroup) throws(StateStoreError) {
        try database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO rule_group (namespace, name, text) VALUES (?, ?, ?)",
                arguments: [group.namespace, group.name, group.text])
        }
    }

    /// A group that is not there is no error.
    package func remove(namespace: String, name: String) throws(StateStoreError) {
        try database.write { database in
            try database.execute(
                sql: "DELETE FROM rule_group WHERE namespace = ? AND name = ?", arguments: [namespace, name])
        }
    }

    package func removeAll(in namespace: String) throws(StateStoreError) {
        try database.write { database in
            try database.execute(sql: "DELETE FROM rule_group WHERE namespace = ?", arguments: [namespace])
        }
    }
}
