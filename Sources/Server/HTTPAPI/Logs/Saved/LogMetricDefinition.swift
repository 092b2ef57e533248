package import Logs
import SignalModel
import WireFormats

/// What the API takes to have something counted of logs: `{"query": "…", "labels": {"service": "service.name"}}`.
package struct LogMetricDefinition: Sendable, Hashable {
    package var name: String
    package var query: String
    package var language = LogQueryText.Language.kql
    package var indices: [String] = []
    package var labels: [LogMetricRule.Label] = []
    package private(set) var rule: LogMetricRule

    static let bytesMax = 64 << 10
    private static let labelsMax = 10
    private static let indicesMax = 100
    private static let nameBytesMax = 200

    /// Throws what is wrong with it, for people.
    init(name: String, _ value: JSONValue) throws {
        guard LabelName.isLegacyMetricName(name), !name.hasSuffix("_total"), name.utf8.count <= Self.nameBytesMax
        else {
            throw APIError(.badData, "\(quoted(name)) is no metric's name without its ending, as checkout_errors")
        }
        guard let members = value.members else {
            throw APIError(.badData, "an object was expected, not \(value.kind)")
        }
        for key in members.keys.sorted() where !["query", "language", "indices", "labels"].contains(key) {
            throw APIError(.badData, "\(quoted(key)) is unknown; known are query, language, indices and labels")
        }
        guard let query = members["query"]?.text else { throw APIError(.badData, "query is missing") }
        if let given = members["language"] {
            guard let language = given.text.flatMap(LogQueryText.Language.init(rawValue:)) else {
                throw APIError(.badData, "language must be kql or lucene")
            }
            self.language = language
        }
        if let given = members["indices"] {
            guard let elements = given.elements, elements.count <= Self.indicesMax else {
                throw APIError(.badData, "indices must be at most \(Self.indicesMax) names")
            }
            indices = try elements.map { element in
                guard let name = element.text else { throw APIError(.badData, "indices must be names") }
                return name
            }
        }
        let labelled = members["labels"].map { $0.members } ?? [:]
        guard let labelled else { throw APIError(.badData, "labels must be an object of names and fields") }
        for (label, field) in labelled.sorted(by: { $0.key < $1.key }) {
            guard LabelName.isLegacy(label), !label.hasPrefix("__"), let field = field.text, !field.isEmpty else {
                throw APIError(.badData, "labels must be names with the field that each takes its values from")
            }
            labels.append(.init(name: label, field: field))
        }
        guard labels.count <= Self.labelsMax else {
            throw APIError(.badData, "there may be at most \(Self.labelsMax) labels")
        }
        // `now` is the beginning of 1970 there: a rule is about fields, not about when it was made.
        let filter = try LogQueryText.filter(query, language, LogQueryContext(nowNanoseconds: 0))
        self.name = name
        self.query = query
        rule = LogMetricRule(name: name, kind: .counter, indices: indices, filter: filter, labels: labels)
    }

    /// What `json` gave.
    package init(name: String, json: String) throws {
        try self.init(name: name, try JSONValue(parsing: Array(json.utf8)))
    }

    /// As `init` reads it.
    package var json: String {
        var json = JSONWriter()
        json.object { write(to: &$0) }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    func write(to json: inout JSONWriter) {
        json.key("query")
        json.string(query)
        json.key("language")
        json.string(language.rawValue)
        json.key("indices")
        json.array { json in for index in indices { json.string(index) } }
        json.key("labels")
        json.object { json in
            for label in labels {
                json.key(label.name)
                json.string(label.field)
            }
        }
    }
}
