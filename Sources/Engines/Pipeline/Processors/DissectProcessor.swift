internal import SignalModel

/// Fields out of a text by what stands between them.
struct DissectProcessor: Processor {
    private let field: FieldTemplate
    private let pattern: DissectPattern
    private let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        ignoresMissing = try options.bool("ignore_missing", default: false)
        let text = try options.string("pattern")
        let separator = try options.string("append_separator", default: "") ?? ""
        do { pattern = try DissectPattern(text, appendSeparator: separator) } catch {
            throw options.refused("pattern", "Unable to parse pattern: \(text). Reason: \(error)")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null { throw ProcessorFailure("field [\(path.text)] is null, cannot process it.") }
        let text = try text(value, path)
        guard let found = pattern.match(text) else {
            throw ProcessorFailure(
                type: "dissect_exception",
                "Unable to find match for dissect pattern: \(pattern.text) against source: \(text)")
        }
        for (name, value) in found { try document.set(try FieldPath(name), .string(value)) }
    }
}
