import HTTPTypes
import Hummingbird
import NIOCore

/// A refusal in Elasticsearch's words: clients decide by `status` and `type`.
struct ElasticsearchError: Error {
    var status: HTTPResponse.Status
    var type: String
    var reason: String
    var retryAfterSeconds: Int?
    /// More about it, as Elasticsearch says it: `property_name`, `processor_type` …
    var details: [(key: String, text: String)] = []

    init(_ status: HTTPResponse.Status, _ type: String, _ reason: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.type = type
        self.reason = reason
        self.retryAfterSeconds = retryAfterSeconds
    }

    static func badArgument(_ reason: String) -> ElasticsearchError {
        ElasticsearchError(.badRequest, "illegal_argument_exception", reason)
    }

    static func missing(_ reason: String) -> ElasticsearchError {
        ElasticsearchError(.notFound, "resource_not_found_exception", reason)
    }

    /// A document without the labels of the token has the identity.
    static func others(_ identity: String) -> ElasticsearchError {
        ElasticsearchError(
            .conflict, "version_conflict_engine_exception",
            "[\(identity)]: version conflict, there is a document without the labels of the token")
    }

    /// A write that asks what the document is like before it.
    static func unsupportedCondition(_ name: String) -> ElasticsearchError {
        .badArgument("[\(name)] is not supported: writes cannot depend on the document's version")
    }

    static func refuseConditions(_ parameters: FormParameters) throws(ElasticsearchError) {
        for name in ["if_seq_no", "if_primary_term", "version"] where parameters[name] != nil {
            throw unsupportedCondition(name)
        }
    }

    /// The queue is full, or too much is under way.
    static func busy(_ reason: String) -> ElasticsearchError {
        ElasticsearchError(.tooManyRequests, "es_rejected_execution_exception", reason, retryAfterSeconds: 2)
    }

    /// What other parts threw, in these words.
    init(_ error: any Error) {
        if let error = error as? ElasticsearchError {
            self = error
            return
        }
        if let error = error as? MissingIndex {
            self.init(.notFound, "index_not_found_exception", "no such index [\(error.name)]")
            return
        }
        if let error = error as? HTTPError {
            self.init(error.status, Self.type(of: error.status), error.body ?? error.status.reasonPhrase)
            return
        }
        let mapped = APIError(error)
        self.init(
            mapped.status, Self.type(of: mapped.status), mapped.message, retryAfterSeconds: mapped.retryAfterSeconds)
    }

    private static func type(of status: HTTPResponse.Status) -> String {
        switch status.code {
        case 401, 403: "security_exception"
        case 404: "resource_not_found_exception"
        case 409: "version_conflict_engine_exception"
        case 413: "content_too_long_exception"
        case 429: "es_rejected_execution_exception"
        case 503: "unavailable_shards_exception"
        case 400..<500: "illegal_argument_exception"
        default: "exception"
        }
    }

    /// The whole of it, as one search of several has it too.
    func writeEnvelope(to json: inout JSONWriter) {
        json.object { json in
            json.key("error")
            writeError(to: &json)
            json.key("status")
            json.integer(status.code)
        }
    }

    func writeError(to json: inout JSONWriter) {
        json.object { json in
            json.key("root_cause")
            json.array { json in json.object { write(to: &$0) } }
            write(to: &json)
        }
    }

    var response: Response {
        var json = JSONWriter()
        writeEnvelope(to: &json)
        var response = Response.json(json, status: status)
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Basic realm=\"signalbox\"" }
        return response
    }

    private func write(to json: inout JSONWriter) {
        json.key("type")
        json.string(type)
        json.key("reason")
        json.string(reason)
        for detail in details {
            json.key(detail.key)
            json.string(detail.text)
        }
    }
}
