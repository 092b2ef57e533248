import Basics
internal import GRDB
package import SignalModel

/// What people set of sampling, in the state database. Each change is durable on return; calls block.
package struct SQLiteSamplingOverrides: Sendable {
    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    package func load() throws(StateStoreError) -> [SamplingTable.Override] {
        try database.read { database in
            try Row.fetchAll(
                database, sql: "SELECT service, environment, steps, changed_ms, changed_by FROM sampling_override"
            ).compactMap { row in
                let steps: Int = row["steps"]
                return SamplingRate(Double(steps) / 10_000).map { rate in
                    SamplingTable.Override(
                        service: row["service"], environment: row["environment"], rate: rate,
                        changedAt: Timestamp(milliseconds: row["changed_ms"]), changedBy: row["changed_by"])
                }
            }
        }
    }

    /// Takes the place of the one of the same service and environment.
    package func put(_ override: SamplingTable.Override) throws(StateStoreError) {
        try database.write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO sampling_override (service, environment, steps, changed_ms, changed_by)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    override.service, override.environment, override.rate.steps, override.changedAt.milliseconds,
                    override.changedBy,
                ])
        }
    }

    /// One that is not there is no error.
    package func remove(service: String, environment: String) throws(StateStoreError) {
        try database.write { database in
            try database.execute(
                sql: "DELETE FROM sampling_override WHERE service = ? AND environment = ?",
                arguments: [service, environment])
        }
    }
}
