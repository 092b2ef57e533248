package import HTTPAPI
package import Identity
import Logs
import StateStore

extension ServerProcess: LogMetricManaging {
    package func logMetrics() -> [ListedLogMetric] { logs.managedMetrics.listed }

    package func putLogMetric(
        _ definition: LogMetricDefinition, by actor: Principal, source: String
    ) async throws {
        let audit = SQLiteIdentityAudit(stateDatabase)
        try await journalThread.run { [logs] in
            try logs.managedMetrics.put(definition, by: actor, source: source, audit: audit)
            logs.metrics.metrics.replace(logs.managedMetrics.rules)
        }
    }

    package func removeLogMetric(_ name: String, by actor: Principal, source: String) async throws -> Bool {
        let audit = SQLiteIdentityAudit(stateDatabase)
        return try await journalThread.run { [logs] in
            let isRemoved = try logs.managedMetrics.remove(name, by: actor, source: source, audit: audit)
            if isRemoved { logs.metrics.metrics.replace(logs.managedMetrics.rules) }
            return isRemoved
        }
    }
}
