import HTTPTypes
import WireFormats

/// What becomes of one action of a bulk request.
enum BulkOutcome: Sendable {
    /// Queued, as the document of this number in the batch; whether the store has one of its identity.
    case queued(Int, isKnown: Bool)
    /// Nothing to do: the same document is there.
    case noop
    case refused(status: Int, type: String, reason: String)

    static func bad(_ reason: String) -> BulkOutcome {
        .refused(status: 400, type: "illegal_argument_exception", reason: reason)
    }

    /// Another document has the identity.
    static func taken(_ identity: String) -> BulkOutcome {
        .refused(
            status: 409, type: "version_conflict_engine_exception",
            reason: "[\(identity)]: version conflict, document already exists (current version [1])")
    }

    /// A document without the labels of the token has the identity.
    static func others(_ identity: String) -> BulkOutcome { refused(.others(identity)) }

    static func refused(_ error: ElasticsearchError) -> BulkOutcome {
        .refused(status: error.status.code, type: error.type, reason: error.reason)
    }

    static func unparsable(_ error: WireFormatError, line: Int) -> BulkOutcome {
        var column = 1
        if case .byte(let offset) = error.place { column = offset + 1 }
        return .refused(
            status: 400, type: "document_parsing_exception",
            reason: "[\(line):\(column)] failed to parse: \(error.message)")
    }
}
