import Basics
import HTTPTypes
import Hummingbird
import Identity
package import Logs
import NIOCore
import SignalModel
import WireFormats

/// Elasticsearch's API as far as Grafana and the language clients read by it.
package struct ElasticsearchSearchAPI: Sendable {
    /// What reading asks of writing.
    package struct Writing: Sendable {
        /// Whether somebody made an index.
        var isMade: @Sendable (String) -> Bool
        var progress: LogProgress
        /// Deletes what a query is about, durably; returns how many records it was. Blocks.
        var delete: @Sendable (LogQuery) throws -> Int
        /// Forgets that somebody made an index, durably. Blocks.
        var forget: @Sendable (String) throws -> Void

        package init(
            isMade: @escaping @Sendable (String) -> Bool, progress: LogProgress,
            delete: @escaping @Sendable (LogQuery) throws -> Int,
            forget: @escaping @Sendable (String) throws -> Void
        ) {
            self.isMade = isMade
            self.progress = progress
            self.delete = delete
            self.forget = forget
        }
    }

    let search: LogSearch
    let writing: Writing

    static let folder = ElasticsearchMiddleware.folder
    /// Queries with long lists of terms are the largest; beyond it 413.
    private static let bodyBytesMax = 16 << 20
    /// Searches in one `_msearch`.
    private static let searchesMax = 200

    package init(search: LogSearch, writing: Writing) {
        self.search = search
        self.writing = writing
    }

    package var endpoints: [Endpoint] {
        var endpoints: [Endpoint] = []
        func add(_ path: String, _ summary: String, _ handler: @escaping Endpoint.Handler) {
            for prefix in ["", "/:index"] {
                for method: HTTPRequest.Method in [.get, .post] {
                    endpoints.append(
                        Endpoint(
                            method, Self.folder + prefix + path, .queryTelemetry, "Elasticsearch: " + summary, handler
                        ))
                }
            }
        }
        add("/_search", "finds records", searchRecords)
        add("/_msearch", "several searches at once", searchSeveral)
        add("/_count", "counts records", count)
        add("/_field_caps", "fields with their types", fieldCapabilities)
        for path in ["/_mapping", "/:index/_mapping", "/:index/_mappings"] {
            endpoints.append(
                Endpoint(
                    .get, Self.folder + path, .queryTelemetry, "Elasticsearch: fields with their types, by index",
                    mapping))
        }
        func add(
            _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ handler: @escaping Endpoint.Handler
        ) {
            endpoints.append(
                Endpoint(method, Self.folder + path, .queryTelemetry, "Elasticsearch: " + summary, handler))
        }
        add(.post, "/_query", "ES|QL", pipes)
        add(.get, "/_cat/indices", "lists indices", listIndices)
        add(.get, "/_cat/indices/:index", "lists indices", listIndices)
        add(.get, "/_resolve/index/:index", "names of indices", resolveIndices)
        add(.post, "/:index/_pit", "opens a point in time", openPointInTime)
        add(.delete, "/_pit", "closes a point in time", close)
        for method: HTTPRequest.Method in [.get, .post] { add(method, "/_search/scroll", "the next page", scroll) }
        add(.delete, "/_search/scroll", "ends a scroll", close)
        return endpoints + documentEndpoints + deletionEndpoints + indexEndpoints
    }

    // MARK: What requests have in common

    static func body(_ request: Request) async throws -> DocumentObject {
        let bytes = try await self.bytes(request)
        guard bytes.contains(where: { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }) else {
            return DocumentObject()
        }
        return try object(bytes)
    }

    private static func bytes(_ request: Request) async throws -> [UInt8] {
        Array(try await request.body.collect(upTo: bodyBytesMax).readableBytesView)
    }

    private static func object(_ bytes: [UInt8]) throws -> DocumentObject {
        do { return try DocumentReader.object(bytes) } catch {
            throw ElasticsearchError(.badRequest, "parsing_exception", "\(error)")
        }
    }

    /// `a,b-*,-c`; none for all.
    static func indices(_ text: String?) -> [String] {
        guard let text, text != "_all", text != "*" else { return [] }
        return text.split(separator: ",").map(String.init).filter { $0 != "_all" }
    }

    static func indices(_ context: SignalboxRequestContext) -> [String] {
        indices(context.parameters.get("index").map(FormParameters.decode(pathPart:)))
    }

    /// Of the request's path, as its parameters say they are to be taken.
    static func choice(_ context: SignalboxRequestContext, _ form: FormParameters) throws -> IndexChoice {
        try IndexChoice(indices(context), form)
    }

    func run(
        _ request: Request, _ context: SignalboxRequestContext,
        _ body: @escaping @Sendable (SearchRun, inout JSONWriter) throws -> Void
    ) async throws -> Response {
        do { return try await run(request, context, isLast: false, body) } catch is MissingIndex {
            // It may be on its way: whoever has been answered that a document is stored finds its index.
            try await writing.progress.settle()
            do { return try await run(request, context, isLast: true, body) } catch let error as MissingIndex {
                throw ElasticsearchError(error)
            }
        }
    }

    private func run(
        _ request: Request, _ context: SignalboxRequestContext, isLast: Bool,
        _ body: @escaping @Sendable (SearchRun, inout JSONWriter) throws -> Void
    ) async throws -> Response {
        let (search, principal, now, isMade) = (search, context.principal, search.context, writing.isMade)
        let filter = try AnswerFilter(try FormParameters(request.uri.query ?? "")["filter_path"])
        do {
            return try await search.run(context, isFirst: !isLast) { snapshot, cancellation in
                var json = JSONWriter()
                let run = SearchRun(
                    search: search, snapshot: snapshot, cancellation: cancellation, principal: principal,
                    context: now, isMade: isMade, isLast: isLast)
                try json.object { try body(run, &$0) }
                guard let filter else { return .json(json) }
                var filtered = JSONWriter()
                filtered.raw(DocumentWriter.string(of: filter.applied(to: try DocumentReader.value(json.bytes))))
                return .json(filtered)
            }
        } catch let error as LogQueryError {
            throw ElasticsearchError(error)
        }
    }

    // MARK: Searching

    private func searchRecords(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let body = try await Self.body(request)
        let wanted = try Self.request(body, form)
        var indices = try Self.choice(context, form)
        if form["scroll"] != nil {
            return try await answer(
                ScrollIdentifier(indices: indices.names, body: Self.merged(body, form)), indices, request, context)
        }
        if let id = wanted.pointInTime { indices = IndexChoice(lenient: try ScrollIdentifier(id).indices) }
        let choice = indices
        return try await run(request, context) { run, json in
            let places = try run.names(choice)
            if let id = wanted.pointInTime {
                json.key("pit_id")
                json.string(id)
            }
            try run.write(wanted, indices: places, to: &json)
        }
    }

    /// The body's request, with what the URL says.
    static func request(_ body: DocumentObject, _ form: FormParameters) throws -> SearchRequest {
        try SearchRequest(merged(body, form))
    }

    private static func merged(_ body: DocumentObject, _ form: FormParameters) -> DocumentObject {
        var body = body
        for name in ["from", "size"] {
            if let text = form[name] { body[name] = .string(text) }
        }
        if let text = form["sort"] { body["sort"] = .array(text.split(separator: ",").map { .string(String($0)) }) }
        if let text = form["track_total_hits"] { body["track_total_hits"] = .bool(text != "false") }
        if let text = form["q"] {
            var parameters = DocumentObject(["query": .string(text)])
            if let field = form["df"] { parameters["default_field"] = .string(field) }
            if let joining = form["default_operator"] { parameters["default_operator"] = .string(joining) }
            body["query"] = .object(DocumentObject(["query_string": .object(parameters)]))
        }
        if let text = form["_source"] {
            body["_source"] = text == "true" || text == "false" ? .bool(text == "true") : .string(text)
        }
        if form["_source_includes"] != nil || form["_source_excludes"] != nil {
            body["_source"] = .object(
                DocumentObject([
                    "includes": .string(form["_source_includes"] ?? ""),
                    "excludes": .string(form["_source_excludes"] ?? ""),
                ]))
        }
        return body
    }

    /// Lines in pairs: where, and what. One that fails does not fail the others.
    private func searchSeveral(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let bytes = try await Self.bytes(request)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        var pairs: [(header: [UInt8], body: [UInt8])] = []
        var index = 0
        while index + 1 < lines.count, !(lines[index].isEmpty && index + 2 >= lines.count) {
            pairs.append((Array(lines[index]), Array(lines[index + 1])))
            index += 2
        }
        guard !pairs.isEmpty else {
            throw ElasticsearchError(
                .badRequest, "action_request_validation_exception", "Validation Failed: 1: no requests added;")
        }
        guard pairs.count <= Self.searchesMax else {
            throw ElasticsearchError.badArgument("more than \(Self.searchesMax) searches in one request")
        }
        let indices = try Self.choice(context, try FormParameters(request.uri.query ?? ""))
        let (searches, began) = (pairs, search.clock.uptime())
        return try await run(request, context) { run, json in
            json.key("took")
            json.integer((run.search.clock.uptime() - began).milliseconds)
            json.key("responses")
            try json.array { json in
                for (header, body) in searches {
                    json.raw(try Self.answer(header, body, indices, run))
                }
            }
        }
    }

    private static func answer(
        _ header: [UInt8], _ body: [UInt8], _ indices: IndexChoice, _ run: SearchRun
    ) throws -> String {
        var json = JSONWriter()
        do {
            let head = header.isEmpty ? DocumentObject() : try object(header)
            var wanted = indices
            switch head["index"] {
            case .string(let text): wanted.names = Self.indices(text)
            case .array(let elements):
                wanted.names = []
                for case .string(let text) in elements { wanted.names += Self.indices(text) }
            default: break
            }
            try wanted.take(head)
            let request = try SearchRequest(try object(body))
            try json.object { json in
                try run.write(request, indices: try run.names(wanted), to: &json)
                json.key("status")
                json.integer(200)
            }
        } catch {
            // What ends the request as a whole is not one search's.
            if let error = error as? LogQueryError, error.code == .cancelled { throw error }
            if error is MissingIndex, !run.isLast { throw error }
            let refusal = (error as? LogQueryError).map { ElasticsearchError($0) } ?? ElasticsearchError(error)
            json = JSONWriter()
            refusal.writeEnvelope(to: &json)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func count(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let wanted = try Self.request(try await Self.body(request), form)
        let indices = try Self.choice(context, form)
        return try await run(request, context) { run, json in
            let names = try run.names(indices)
            json.key("count")
            json.integer(try run.snapshot.count(try run.query(wanted.query, indices: names)))
            SearchRun.writeShards(to: &json)
        }
    }
}
