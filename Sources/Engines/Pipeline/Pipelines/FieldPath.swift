internal import SignalModel

/// Where a field stands in a document, as processors name it: `a.b`, `tags.0`, `_index`, `_ingest.timestamp`.
struct FieldPath: Sendable, Hashable {
    enum Root: Sendable, Hashable {
        case source, ingest
        case metadata(String)
    }

    static let metadataNames: Set<String> = [
        "_index", "_id", "_routing", "_version", "_version_type", "_op_type", "_type", "_if_seq_no",
        "_if_primary_term", "_dynamic_templates",
    ]

    let text: String
    let root: Root
    /// Below the root.
    let parts: [String]

    init(_ text: String) throws(ProcessorFailure) {
        guard !text.isEmpty else { throw ProcessorFailure("path cannot be null nor empty") }
        self.text = text
        var parts = text.split(separator: ".").map(String.init)
        switch parts.first {
        case "_ingest" where parts.count > 1:
            root = .ingest
            parts.removeFirst()
        case let first? where Self.metadataNames.contains(first) && parts.count == 1:
            root = .metadata(first)
            parts = []
        default:
            root = .source
            if parts.first == "_source", parts.count > 1 { parts.removeFirst() }
            guard !parts.isEmpty else { throw ProcessorFailure("path [\(text)] is not valid") }
        }
        self.parts = parts
    }

    /// Made by a processor itself.
    init(members names: String...) {
        text = names.joined(separator: ".")
        root = .source
        parts = names
    }
}
