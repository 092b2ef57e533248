internal import SignalModel

/// Where `reroute` has one part of a data stream's name from: a text that stays the same, or a field of the document.
enum DataStreamPart: Sendable {
    case text(String)
    case field(FieldPath, notIn: String)

    static let datasetField = FieldPath(members: "data_stream", "dataset")
    static let namespaceField = FieldPath(members: "data_stream", "namespace")
    static let dataset = DataStreamPart.field(datasetField, notIn: "-")
    static let namespace = DataStreamPart.field(namespaceField, notIn: "")

    /// Of a part.
    private static let charactersMax = 100

    static func parts(
        _ option: String, _ options: inout ProcessorOptions
    ) throws(PipelineDefinitionError) -> [DataStreamPart] {
        let hyphen = option == "namespace" ? "" : "-"
        var parts: [DataStreamPart] = []
        for text in try options.oneOrMany(option) ?? [] {
            guard text.range(of: "{{") != nil || text.range(of: "}}") != nil else {
                guard text == cleaned(text, notIn: hyphen), !text.isEmpty else {
                    throw options.refused(option, "'\(text)' contains disallowed characters")
                }
                parts.append(.text(text))
                continue
            }
            let name = text.drop { $0 == "{" }.prefix { $0 != "{" && $0 != "}" }
            guard text == "{{\(name)}}" || text == "{{{\(name)}}}", let path = try? FieldPath(String(name.trimmed))
            else { throw options.refused(option, "'\(text)' is not a valid field reference") }
            parts.append(.field(path, notIn: hyphen))
        }
        return parts
    }

    /// The first that the document has; what is no text is none.
    static func first(of parts: [DataStreamPart], in document: IngestDocument) -> String? {
        for part in parts {
            switch part {
            case .text(let text): return text
            case .field(let path, let hyphen):
                guard case .string(let text)? = document.find(path), !text.isEmpty else { continue }
                return cleaned(text, notIn: hyphen)
            }
        }
        return nil
    }

    /// What may not be in a name becomes an underscore.
    private static func cleaned(_ text: String, notIn hyphen: String) -> String {
        let forbidden = "\\/*?\"<>| ,#:" + hyphen
        return String(text.lowercased().prefix(charactersMax).map { forbidden.contains($0) ? "_" : $0 })
    }
}
