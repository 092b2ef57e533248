package import Basics
import HTTPTypes
package import Hummingbird
package import Identity
import SignalModel
import WireFormats

/// `/ops/v1/logs/searches`: searches with names, shared by everybody who may look at logs.
package struct SavedSearchAPI: Sendable {
    package typealias Audit = @Sendable (IdentityAuditEntry) async throws -> Void

    private let searches: SavedSearches
    private let audit: Audit
    private let clock: any WallClock
    private let threads: BlockingThreads

    private static let bodyBytesMax = 64 << 10

    package init(searches: SavedSearches, audit: @escaping Audit, clock: any WallClock, threads: BlockingThreads) {
        self.searches = searches
        self.audit = audit
        self.clock = clock
        self.threads = threads
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/logs/searches"
        return [
            Endpoint(.get, path, .queryTelemetry, "Saved searches of logs", list),
            Endpoint(.put, path + "/:name", .editDashboards, "Saves a search: {\"search\": \"query=…\"}", put),
            Endpoint(.delete, path + "/:name", .editDashboards, "Removes a saved search", remove),
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("searches")
            json.array { json in for search in searches.all { json.object { Self.write(search, to: &$0) } } }
        }
        return .json(json)
    }

    private static func write(_ search: SavedSearch, to json: inout JSONWriter) {
        for (key, text) in [
            ("name", search.name), ("search", search.search), ("changed_at", RFC3339.format(search.changedAt)),
            ("changed_by", search.changedBy),
        ] {
            json.key(key)
            json.string(text)
        }
    }

    private func put(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try Self.name(context)
        let body = Array(buffer: try await request.body.collect(upTo: Self.bodyBytesMax))
        let value = try JSONValue(parsing: body)
        guard let members = value.members, members.count == 1, let text = members["search"]?.text else {
            throw APIError(.badData, "an object with \"search\" was expected: the query part of the page's address")
        }
        guard text.utf8.count <= SavedSearches.searchBytesMax else {
            throw APIError(.badData, "a search may have at most \(SavedSearches.searchBytesMax) bytes")
        }
        _ = try FormParameters(text)
        let search = SavedSearch(
            name: name, search: text, changedAt: clock.now(), changedBy: context.principal?.auditName ?? "")
        let isNew = searches[name] == nil
        try await note(.searchSaved, search, context)
        try await threads.run { [searches] in try searches.put(search) }
        var json = JSONWriter()
        json.object { Self.write(search, to: &$0) }
        return .json(json, status: isNew ? .created : .ok)
    }

    private func remove(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try Self.name(context)
        guard let search = searches[name] else {
            throw APIError(.notFound, "there is no saved search \(quoted(name))")
        }
        try await note(.searchRemoved, search, context)
        try await threads.run { [searches] in try searches.remove(name: name) }
        return Response(status: .noContent)
    }

    private static func name(_ context: SignalboxRequestContext) throws -> String {
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        guard !name.isEmpty, name.utf8.count <= SavedSearches.nameBytesMax,
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw APIError(
                .badData, "a name needs 1 to \(SavedSearches.nameBytesMax) bytes without control characters")
        }
        return name
    }

    /// First, as for all that is audited: a change that nobody answers for must not be.
    private func note(
        _ action: IdentityAuditEntry.Action, _ search: SavedSearch, _ context: SignalboxRequestContext
    ) async throws {
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: context.principal?.auditName ?? "", action: action,
                subject: "search:\(search.name)", source: context.remoteAddress,
                details: ["search": String(search.search.prefix(1000))]))
    }
}
