import Basics
import HTTPTypes
import Hummingbird
import Identity
import Logs
import SignalModel
import WireFormats

/// `_delete_by_query`: records that were acknowledged before, as far as whoever asks may see them, are found no more
/// once it is answered.
extension ElasticsearchSearchAPI {
    var deletionEndpoints: [Endpoint] {
        [
            Endpoint(
                .post, Self.folder + "/:index/_delete_by_query", .manageStorage,
                "Elasticsearch: deletes what a query finds", deleteByQuery)
        ]
    }

    private func deleteByQuery(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let began = search.clock.uptime()
        let form = try FormParameters(request.uri.query ?? "")
        let body = try await Self.body(request)
        try DeletionRequest.check(body, form)
        try DeletionRequest.check(
            indices: context.parameters.get("index").map(FormParameters.decode(pathPart:)) ?? "")
        guard form["wait_for_completion"] != "false" else {
            throw ElasticsearchError.badArgument(
                "[wait_for_completion] must be true: there are no tasks to ask later")
        }
        let choice = try Self.choice(context, form)
        let query = try Self.request(body.filtered { $0 != "conflicts" }, form).query
        guard let query else {
            throw ElasticsearchError(
                .badRequest, "action_request_validation_exception", "Validation Failed: 1: query is missing;")
        }
        try await writing.progress.settle()
        let (search, principal, now, writing) = (search, context.principal, search.context, writing)
        let names = try await names(choice, context)
        // It is written down before anything is gone.
        try await search.audit(
            IdentityAuditEntry(
                at: search.clock.now(), actor: context.principal?.auditName ?? "", action: .logsDeleted,
                subject: "logs", source: context.remoteAddress,
                details: [
                    "indices": names.isEmpty ? "*" : names.joined(separator: ","),
                    "query": String(DocumentWriter.string(of: query).prefix(1000)),
                ]))
        let count: Int
        do {
            count = try await search.run(context) { _, cancellation in
                try writing.delete(
                    search.query(try QueryDSL.filter(query, now), indices: names, principal, cancellation))
            }
        } catch let error as LogQueryError {
            throw ElasticsearchError(error)
        } catch LogStoreError.query(let error) {
            throw ElasticsearchError(error)
        }
        return Self.deleted(count, took: (search.clock.uptime() - began).milliseconds)
    }

    /// Names of indices of which each is there that has to be.
    func names(_ choice: IndexChoice, _ context: SignalboxRequestContext) async throws -> [String] {
        let (search, principal, now, isMade) = (search, context.principal, search.context, writing.isMade)
        do {
            return try await search.run(context) { snapshot, cancellation in
                try SearchRun(
                    search: search, snapshot: snapshot, cancellation: cancellation, principal: principal,
                    context: now, isMade: isMade, isLast: true
                ).names(choice)
            }
        } catch let error as MissingIndex {
            throw ElasticsearchError(error)
        } catch let error as LogQueryError {
            throw ElasticsearchError(error)
        }
    }

    private static func deleted(_ count: Int, took: Int64) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("took")
            json.integer(took)
            json.key("timed_out")
            json.bool(false)
            for (name, value) in [
                ("total", count), ("deleted", count), ("batches", count == 0 ? 0 : 1), ("version_conflicts", 0),
                ("noops", 0), ("throttled_millis", 0), ("requests_per_second", -1), ("throttled_until_millis", 0),
            ] {
                json.key(name)
                json.integer(value)
            }
            json.key("retries")
            json.raw("{\"bulk\":0,\"search\":0}")
            json.key("failures")
            json.array { _ in }
        }
        return .json(json)
    }
}

extension DocumentObject {
    fileprivate func filtered(_ isKept: (String) -> Bool) -> DocumentObject {
        var result = DocumentObject()
        for member in members where isKept(member.name) { result[member.name] = member.value }
        return result
    }
}
