import HTTPTypes
import SignalModel

/// The body of an update: what is merged into a document that is there, or stored when there is none.
struct DocumentUpdate: Sendable {
    enum Outcome: Sendable, Equatable {
        /// There is no document, and nothing to store in its place.
        case missing
        /// The document is as it would become.
        case same
        case changed(DocumentObject)
        case created(DocumentObject)
    }

    private var part: DocumentObject?
    private var whole: DocumentObject?
    private var isNoopNoticed = true

    init(_ body: DocumentObject) throws(ElasticsearchError) {
        var isPartWhole = false
        for member in body.members {
            switch (member.name, member.value) {
            case ("doc", .object(let object)): part = object
            case ("upsert", .object(let object)): whole = object
            case ("doc_as_upsert", .bool(let flag)): isPartWhole = flag
            case ("detect_noop", .bool(let flag)): isNoopNoticed = flag
            case ("_source", .bool(false)), ("scripted_upsert", .bool(false)): continue
            case ("script", _), ("scripted_upsert", _):
                throw .badArgument("updates by [script] are not supported: send what changes as [doc]")
            case ("_source", _):
                throw .badArgument("[_source] of an update is not supported: read the document afterwards")
            case ("doc", _), ("upsert", _), ("doc_as_upsert", _), ("detect_noop", _):
                throw ElasticsearchError(
                    .badRequest, "x_content_parse_exception", "[UpdateRequest] failed to parse field [\(member.name)]"
                )
            default:
                throw ElasticsearchError(
                    .badRequest, "x_content_parse_exception", "[UpdateRequest] unknown field [\(member.name)]")
            }
        }
        guard part != nil else {
            throw ElasticsearchError(
                .badRequest, "action_request_validation_exception",
                isPartWhole
                    ? "Validation Failed: 1: doc must be specified if doc_as_upsert is enabled;"
                    : "Validation Failed: 1: script or doc is missing;")
        }
        if isPartWhole { whole = part }
    }

    func applied(to current: DocumentObject?) -> Outcome {
        guard let current else { return whole.map { .created($0) } ?? .missing }
        guard let part else { return .same }
        let merged = Self.merged(current, part)
        return isNoopNoticed && merged == current ? .same : .changed(merged)
    }

    /// Objects are merged member by member; anything else is replaced.
    private static func merged(_ current: DocumentObject, _ part: DocumentObject) -> DocumentObject {
        var result = current
        for member in part.members {
            if case .object(let there) = result[member.name], case .object(let inner) = member.value {
                result[member.name] = .object(merged(there, inner))
            } else {
                result[member.name] = member.value
            }
        }
        return result
    }
}
