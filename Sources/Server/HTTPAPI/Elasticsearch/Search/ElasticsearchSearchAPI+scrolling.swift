import Basics
import HTTPTypes
import Hummingbird
import Logs
import SignalModel
import WireFormats

/// Scrolls and points in time. Nothing is kept for them: the identifier says where to go on. So they hold no memory
/// and never expire, and records that come in meanwhile are seen.
extension ElasticsearchSearchAPI {
    func openPointInTime(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let indices = try Self.choice(context, try FormParameters(request.uri.query ?? ""))
        return try await run(request, context) { run, json in
            json.key("id")
            json.string(ScrollIdentifier(indices: try run.names(indices), body: DocumentObject()).text)
            SearchRun.writeShards(to: &json)
        }
    }

    func close(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("succeeded")
            json.bool(true)
            json.key("num_freed")
            json.integer(1)
        }
        return .json(json)
    }

    /// The next page.
    func scroll(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let body = try await Self.body(request)
        var id = form["scroll_id"]
        if case .string(let text) = body["scroll_id"] { id = text }
        guard let id else { throw ElasticsearchError.badArgument("scroll_id is missing") }
        let scroll = try ScrollIdentifier(id)
        return try await answer(scroll, IndexChoice(lenient: scroll.indices), request, context)
    }

    /// A page, with the identifier of the next one.
    func answer(
        _ scroll: ScrollIdentifier, _ indices: IndexChoice, _ request: Request, _ context: SignalboxRequestContext
    ) async throws -> Response {
        var page = try SearchRequest(scroll.body)
        if page.sort.isEmpty { page.sort = [SortOrder(field: "@timestamp", isDescending: true)] }
        if page.sort[0].isPlace { page.sort.insert(SortOrder(field: "@timestamp", isDescending: false), at: 0) }
        if !page.sort.contains(where: \.isPlace) { page.sort.append(SortOrder(field: "_doc", isDescending: true)) }
        let paged = page
        return try await run(request, context) { run, json in
            let names = try run.names(indices)
            let last = try run.write(paged, indices: names, to: &json)
            var next = scroll
            next.indices = names
            if let last {
                next.body["search_after"] = .array(last.map(DocumentValue.init))
                next.body["sort"] = .array(
                    paged.sort.map { order in
                        .object(DocumentObject([order.field: .string(order.isDescending ? "desc" : "asc")]))
                    })
            }
            json.key("_scroll_id")
            json.string(next.text)
        }
    }
}

/// What a scroll goes on with, as text that clients hand back.
struct ScrollIdentifier: Sendable {
    var indices: [String]
    var body: DocumentObject

    init(indices: [String], body: DocumentObject) {
        self.indices = indices
        self.body = body
    }

    init(_ text: String) throws {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard let digit = character.hexDigitValue else { throw Self.refusal }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        guard let object = try? DocumentReader.object(bytes), case .string(let indices) = object["indices"],
            case .object(let body) = object["body"]
        else { throw Self.refusal }
        self.indices = ElasticsearchSearchAPI.indices(indices.isEmpty ? nil : indices)
        self.body = body
    }

    private static var refusal: ElasticsearchError {
        ElasticsearchError(.notFound, "search_context_missing_exception", "No search context found for this id")
    }

    var text: String {
        let object = DocumentObject(["indices": .string(indices.joined(separator: ",")), "body": .object(body)])
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in DocumentWriter.bytes(of: object) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
