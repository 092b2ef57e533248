import Basics
import HTTPTypes
import Hummingbird
import Identity
import Logs
import SignalModel
import WireFormats

/// Documents by their identities. What was acknowledged before is seen, though no search finds it yet.
extension ElasticsearchSearchAPI {
    /// Documents of one `_mget`.
    private static let documentsMax = 10_000

    var documentEndpoints: [Endpoint] {
        var endpoints: [Endpoint] = []
        for method: HTTPRequest.Method in [.get, .head] {
            endpoints.append(
                Endpoint(
                    method, Self.folder + "/:index/_doc/:id", .queryTelemetry, "Elasticsearch: one document", document
                )
            )
            endpoints.append(
                Endpoint(
                    method, Self.folder + "/:index/_source/:id", .queryTelemetry,
                    "Elasticsearch: one document, by itself", source))
        }
        for path in ["/_mget", "/:index/_mget"] {
            for method: HTTPRequest.Method in [.get, .post] {
                endpoints.append(
                    Endpoint(
                        method, Self.folder + path, .queryTelemetry, "Elasticsearch: several documents", documents))
            }
        }
        return endpoints
    }

    /// Waits for what is on its way, unless the request does not care.
    private func settle(_ form: FormParameters) async throws {
        if form["realtime"] != "false" { try await writing.progress.settle() }
    }

    private func document(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let (index, id) = try Self.place(context)
        let choice = try SourceChoice(form)
        try await settle(form)
        let found = Monitor(false)
        var response = try await run(request, context) { run, json in
            let index = try run.index(index)
            let row = try run.row(index: index, id: id)
            found.update { $0 = row != nil }
            try DocumentAnswer(index: index, id: id, row: row).write(choice, to: &json)
        }
        if !found.read({ $0 }) { response.status = .notFound }
        return request.method == .head ? Response(status: response.status) : response
    }

    private func source(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let (index, id) = try Self.place(context)
        let choice = try SourceChoice(form)
        try await settle(form)
        let found = Monitor<String?>(nil)
        _ = try await run(request, context) { run, _ in
            let index = try run.index(index)
            let text = try run.row(index: index, id: id).map { try choice.text(of: $0) }
            guard let text else {
                throw ElasticsearchError(
                    .notFound, "resource_not_found_exception", "Document not found [\(index)]/[\(id)]")
            }
            found.update { $0 = text }
        }
        var json = JSONWriter()
        json.raw(found.read { $0 } ?? "{}")
        return request.method == .head ? Response(status: .ok) : .json(json)
    }

    private static func place(_ context: SignalboxRequestContext) throws -> (index: String, id: String) {
        (
            FormParameters.decode(pathPart: try context.parameters.require("index")),
            FormParameters.decode(pathPart: try context.parameters.require("id"))
        )
    }

    // MARK: Several

    private struct Wanted: Sendable {
        var index: String
        var id: String
        var source: SourceChoice
    }

    private func documents(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let index = context.parameters.get("index").map { FormParameters.decode(pathPart: $0) }
        let wanted = try Self.wanted(try await Self.body(request), index, try SourceChoice(form))
        try await settle(form)
        return try await run(request, context) { run, json in
            json.key("docs")
            var indices: [String: Result<String, any Error>] = [:]
            let bytesMax = LogBudget().memoryBytesMax
            try json.array { json in
                for one in wanted {
                    guard json.bytes.count <= bytesMax else {
                        throw LogQueryError(.overMemory, "the documents would take more than \(bytesMax) bytes")
                    }
                    try json.object { json in
                        do {
                            // Finding out whether an index is there looks at blocks: once for each name.
                            let known = indices[one.index] ?? Result { try run.index(one.index) }
                            indices[one.index] = known
                            let index = try known.get()
                            let row = try run.row(index: index, id: one.id)
                            try DocumentAnswer(index: index, id: one.id, row: row).write(one.source, to: &json)
                        } catch let error as MissingIndex {
                            guard run.isLast else { throw error }
                            json.key("_index")
                            json.string(one.index)
                            json.key("_id")
                            json.string(one.id)
                            json.key("error")
                            ElasticsearchError(error).writeError(to: &json)
                        }
                    }
                }
            }
        }
    }

    /// `{"docs":[{"_index":…,"_id":…}]}` or `{"ids":[…]}`.
    private static func wanted(
        _ body: DocumentObject, _ index: String?, _ source: SourceChoice
    ) throws -> [Wanted] {
        func refusal(_ reason: String) -> ElasticsearchError {
            ElasticsearchError(.badRequest, "action_request_validation_exception", "Validation Failed: \(reason);")
        }
        var wanted: [Wanted] = []
        for member in body.members {
            guard case .array(let elements) = member.value, member.name == "docs" || member.name == "ids" else {
                throw ElasticsearchError(
                    .badRequest, "parsing_exception", "unknown key [\(member.name)] for a value of a multi get")
            }
            for element in elements {
                let number = wanted.count + 1
                switch element {
                case .string(let id) where member.name == "ids":
                    guard let index else { throw refusal("\(number): index is missing") }
                    wanted.append(Wanted(index: index, id: id, source: source))
                case .object(let object) where member.name == "docs":
                    var place = index
                    if case .string(let name) = object["_index"] { place = name }
                    guard let place else { throw refusal("\(number): index is missing") }
                    guard let id = object["_id"], case .string(let text) = id else {
                        throw refusal("\(number): id is missing")
                    }
                    let choice = try object["_source"].map { try SourceChoice($0) } ?? source
                    wanted.append(Wanted(index: place, id: text, source: choice))
                default:
                    throw ElasticsearchError(
                        .badRequest, "parsing_exception", "[\(member.name)] of a multi get takes documents")
                }
            }
        }
        guard !wanted.isEmpty else { throw refusal("1: no documents to get") }
        guard wanted.count <= documentsMax else {
            throw ElasticsearchError.badArgument("more than \(documentsMax) documents in one request")
        }
        return wanted
    }
}

/// A document as `_doc` and `_mget` answer it.
private struct DocumentAnswer {
    var index: String
    var id: String
    var row: LogRow?

    func write(_ choice: SourceChoice, to json: inout JSONWriter) throws {
        json.key("_index")
        json.string(index)
        json.key("_id")
        json.string(id)
        if let row {
            json.key("_version")
            json.integer(1)
            json.key("_seq_no")
            json.integer(row.place.sequence)
            json.key("_primary_term")
            json.integer(1)
        }
        json.key("found")
        json.bool(row != nil)
        if let row, choice.isWanted {
            json.key("_source")
            json.raw(try choice.text(of: row))
        }
    }
}

extension SearchRun {
    /// One index, by its name or a date in it.
    fileprivate func index(_ name: String) throws -> String {
        guard !name.contains("*"), !name.contains(",") else {
            throw ElasticsearchError.badArgument("[\(name)] names several indices: a document is in one")
        }
        return try names(IndexChoice([name])).first ?? name
    }

    fileprivate func row(index: String, id: String) throws -> LogRow? {
        let filter = LogFilter.test(.named("_id"), .anyOf([.string(id)]))
        return try snapshot.rows(
            search.query(filter, indices: [index], principal, cancellation), LogRowsRequest(limit: 1)
        ).first
    }
}

extension SourceChoice {
    /// As the parameters of a request say.
    fileprivate init(_ form: FormParameters) throws {
        self.init()
        if let text = form["_source"] {
            self = try SourceChoice(text == "true" || text == "false" ? .bool(text == "true") : .string(text))
        }
        func names(_ text: String?) -> [String] { (text ?? "").split(separator: ",").map(String.init) }
        includes += names(form["_source_includes"])
        excludes += names(form["_source_excludes"])
    }

    fileprivate func text(of row: LogRow) throws -> String {
        var bytes: [UInt8] = []
        row.appendSource(to: &bytes)
        guard !isWhole else { return String(decoding: bytes, as: UTF8.self) }
        return DocumentWriter.string(of: .object(applied(to: try DocumentReader.object(bytes))))
    }
}
