package import Basics
import HTTPTypes
import Hummingbird
package import Identity
package import SignalModel

/// What may be done to the sample store by hand. Calls block.
package struct StorageAdministration: Sendable {
    /// Deletes the samples in the inclusive range of the series that match.
    package var delete: @Sendable (_ matchers: [Matcher], _ from: Timestamp, _ through: Timestamp) throws -> Void
    package var cleanTombstones: @Sendable () throws -> Void
    /// Returns the name of the new copy.
    package var copy: @Sendable (_ skippingHead: Bool) throws -> String

    package init(
        delete: @escaping @Sendable ([Matcher], Timestamp, Timestamp) throws -> Void,
        cleanTombstones: @escaping @Sendable () throws -> Void, copy: @escaping @Sendable (Bool) throws -> String
    ) {
        self.delete = delete
        self.cleanTombstones = cleanTombstones
        self.copy = copy
    }
}

/// `/api/v1/admin/tsdb/…`, as Prometheus has it behind a flag; here behind a permission, and in the audit trail.
package struct StorageAPI: Sendable {
    package typealias Record = @Sendable (IdentityAuditEntry) async throws -> Void

    private let storage: StorageAdministration
    private let audit: Record
    private let clock: any WallClock
    private let threads: BlockingThreads

    /// `audit` is called before what it tells of, and a throw of it refuses that.
    package init(
        storage: StorageAdministration, audit: @escaping Record, clock: any WallClock, threads: BlockingThreads
    ) {
        self.storage = storage
        self.audit = audit
        self.clock = clock
        self.threads = threads
    }

    package var endpoints: [Endpoint] {
        let prefix = "/api/v1/admin/tsdb"
        let ways: [(path: String, summary: String, handler: Endpoint.Handler)] = [
            ("/delete_series", "Deletes samples of series that match", delete),
            ("/clean_tombstones", "Frees the space of deleted samples", clean),
            ("/snapshot", "Copies everything to snapshots/NAME", snapshot),
        ]
        return ways.flatMap { way in
            [
                Endpoint(.post, prefix + way.path, .manageStorage, way.summary, way.handler),
                Endpoint(.put, prefix + way.path, .manageStorage, "The same", way.handler),
            ]
        }
    }

    private func delete(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let selectors = try parameters.selectors()
        guard !selectors.isEmpty else { throw APIError(.badData, "no match[] parameter provided") }
        let from = try parameters.time("start", absent: .distantPast)
        let through = try parameters.time("end", absent: .distantFuture)
        guard through >= from else {
            throw APIError(.badData, "invalid parameter \"end\": end timestamp must not be before start time")
        }
        let details = [
            "match": parameters.form.all("match[]").joined(separator: " "), "start": RFC3339.format(from),
            "end": RFC3339.format(through),
        ]
        try await note(.seriesDeleted, details, context)
        try await threads.run { [storage] in
            for matchers in selectors { try storage.delete(matchers, from, through) }
        }
        return Response(status: .noContent)
    }

    private func clean(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await note(.tombstonesCleaned, [:], context)
        try await threads.run { [storage] in try storage.cleanTombstones() }
        return Response(status: .noContent)
    }

    private func snapshot(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let text = try await PrometheusParameters.read(request).form["skip_head"] ?? ""
        guard let skipsHead = ["": false, "false": false, "0": false, "true": true, "1": true][text.lowercased()]
        else {
            throw APIError(.badData, "invalid parameter \"skip_head\": \(quoted(text)) is neither true nor false")
        }
        try await note(.snapshotTaken, [:], context)
        let name = try await threads.run { [storage] in try storage.copy(skipsHead) }
        return PrometheusEnvelope.success { json in
            json.object { json in
                json.key("name")
                json.string(name)
            }
        }
    }

    private func note(
        _ action: IdentityAuditEntry.Action, _ details: [String: String], _ context: SignalboxRequestContext
    ) async throws {
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: context.principal?.auditName ?? "", action: action, subject: "metrics",
                source: context.remoteAddress, details: details))
    }
}
