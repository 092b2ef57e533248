import HTTPTypes
import Logs
import SignalModel

/// The body of `_search`.
struct SearchRequest: Sendable {
    struct FieldRequest: Sendable {
        var pattern: String
        var format: DateFormat?
    }

    struct Highlight: Sendable {
        var patterns: [String]
        var before: String
        var after: String
    }

    /// As in Elasticsearch; further on `search_after` leads.
    static let windowMax = 10_000
    /// Names and patterns of one list: each is held against each field of each hit.
    private static let namesMax = 1000

    var query: DocumentValue?
    var aggregations: DocumentValue?
    var from = 0
    var size = 10
    var sort: [SortOrder] = []
    var searchAfter: [FieldValue]?
    var source = SourceChoice()
    var fields: [FieldRequest] = []
    var highlight: Highlight?
    var tracksTotal = true
    /// Of the point in time that was opened for it.
    var pointInTime: String?

    init() {}

    init(_ body: DocumentObject) throws {
        for member in body.members {
            switch member.name {
            case "query": query = member.value == .null ? nil : member.value
            case "aggs", "aggregations": aggregations = member.value == .null ? nil : member.value
            case "from": from = try Self.count(member)
            case "size": size = try Self.count(member)
            case "sort": sort = try SortOrder.list(member.value)
            case "search_after": searchAfter = try Self.values(member)
            case "_source": source = try SourceChoice(member.value)
            case "fields", "docvalue_fields": fields += try Self.fields(member)
            case "highlight": highlight = try Self.highlight(member)
            case "track_total_hits": tracksTotal = member.value != .bool(false)
            case "pit":
                guard case .object(let point) = member.value, case .string(let id) = point["id"] else {
                    throw ElasticsearchError(.badRequest, "parsing_exception", "[pit] needs an [id]")
                }
                pointInTime = id
            // What weighs scores, or changes only how Elasticsearch goes about it.
            case "script_fields", "runtime_mappings":
                guard case .object(let fields) = member.value, !fields.isEmpty else { continue }
                throw ElasticsearchError.badArgument("[\(member.name)] is not there: fields are those of records")
            case "stored_fields", "timeout", "version", "explain", "track_scores", "min_score",
                "seq_no_primary_term", "terminate_after", "stats", "profile", "preference",
                "indices_boost", "ext", "batched_reduce_size", "max_concurrent_shard_requests":
                continue
            default:
                throw ElasticsearchError(
                    .badRequest, "parsing_exception", "Unknown key for a value in [\(member.name)].")
            }
        }
    }

    func checkWindow() throws {
        guard from + size <= Self.windowMax else {
            throw ElasticsearchError.badArgument(
                "Result window is too large, from + size must be less than or equal to: [\(Self.windowMax)] but was "
                    + "[\(from + size)]. See search_after for a more efficient way to request large data sets.")
        }
    }

    static func checkNames(_ count: Int, of list: String) throws {
        guard count <= namesMax else {
            throw ElasticsearchError.badArgument("[\(list)] has \(count) names; at most \(namesMax) are taken")
        }
    }

    private static func count(_ member: DocumentObject.Member) throws -> Int {
        switch member.value {
        case .integer(let value) where (0...Int64(Int32.max)).contains(value): return Int(value)
        case .string(let text): if let value = Int(text), (0...Int(Int32.max)).contains(value) { return value }
        default: break
        }
        throw ElasticsearchError.badArgument("[\(member.name)] parameter must be a whole number that is not negative")
    }

    private static func values(_ member: DocumentObject.Member) throws -> [FieldValue]? {
        guard case .array(let elements) = member.value else {
            if member.value == .null { return nil }
            throw ElasticsearchError.badArgument("[search_after] must be an array")
        }
        return try elements.map { element -> FieldValue in
            switch element {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .double(let value): .double(value)
            case .string(let text): .string(text)
            case .array, .object: throw ElasticsearchError.badArgument("[search_after] takes plain values")
            }
        }
    }

    private static func fields(_ member: DocumentObject.Member) throws -> [FieldRequest] {
        guard case .array(let elements) = member.value else {
            throw ElasticsearchError.badArgument("[\(member.name)] must be an array")
        }
        try checkNames(elements.count, of: member.name)
        return try elements.map { element -> FieldRequest in
            if case .string(let pattern) = element { return FieldRequest(pattern: pattern) }
            guard case .object(let object) = element, case .string(let pattern) = object["field"] else {
                throw ElasticsearchError.badArgument("[\(member.name)] takes names, or objects with a [field]")
            }
            guard case .string(let format) = object["format"] else { return FieldRequest(pattern: pattern) }
            return FieldRequest(pattern: pattern, format: try DateFormat.list(format).first)
        }
    }

    private static func highlight(_ member: DocumentObject.Member) throws -> Highlight? {
        guard case .object(let object) = member.value else { return nil }
        var patterns: [String] = []
        switch object["fields"] {
        case .object(let fields): patterns = fields.members.map(\.name)
        case .array(let elements):
            for case .object(let fields) in elements { patterns += fields.members.map(\.name) }
        default: return nil
        }
        try checkNames(patterns.count, of: member.name)
        func tag(_ name: String, _ absent: String) -> String {
            if case .array(let tags) = object[name], case .string(let tag) = tags.first { return tag }
            if case .string(let tag) = object[name] { return tag }
            return absent
        }
        return Highlight(patterns: patterns, before: tag("pre_tags", "<em>"), after: tag("post_tags", "</em>"))
    }
}
