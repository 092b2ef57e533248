import Basics
import HTTPTypes
import Hummingbird
import Identity
import Logs
import SignalModel

/// Whether an index is there, and its end.
extension ElasticsearchSearchAPI {
    var indexEndpoints: [Endpoint] {
        [
            Endpoint(
                .head, Self.folder + "/:index", .greet, "Whether an index has records, or it or a stream was made",
                isThere),
            Endpoint(
                .delete, Self.folder + "/:index", .manageStorage, "Elasticsearch: deletes indices with their records",
                deleteIndices),
        ]
    }

    private func isThere(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let choice = try Self.choice(context, try FormParameters(request.uri.query ?? ""))
        do {
            _ = try await names(choice, context)
            return Response(status: .ok)
        } catch let error as ElasticsearchError where error.status == .notFound {
            return Response(status: .notFound)
        }
    }

    /// All that whoever asks may see of them is found no more once it is answered.
    private func deleteIndices(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        try DeletionRequest.check(index: form)
        let choice = try Self.choice(context, form)
        guard !choice.names.isEmpty, choice.names.allSatisfy({ !$0.contains("*") && !$0.hasPrefix("-") }) else {
            throw ElasticsearchError.badArgument("Wildcard expressions or all indices are not allowed")
        }
        try await writing.progress.settle()
        let (search, principal, writing) = (search, context.principal, writing)
        let names = try await names(choice, context)
        try await search.audit(
            IdentityAuditEntry(
                at: search.clock.now(), actor: context.principal?.auditName ?? "", action: .logsDeleted,
                subject: "logs", source: context.remoteAddress,
                details: ["indices": names.joined(separator: ","), "query": "*"]))
        do {
            _ = try await search.run(context) { _, cancellation in
                let count = try writing.delete(search.query(.all, indices: names, principal, cancellation))
                for name in names { try writing.forget(name) }
                return count
            }
        } catch let error as LogQueryError {
            throw ElasticsearchError(error)
        } catch LogStoreError.query(let error) {
            throw ElasticsearchError(error)
        }
        var json = JSONWriter()
        json.object { json in
            json.key("acknowledged")
            json.bool(true)
        }
        return .json(json)
    }
}
