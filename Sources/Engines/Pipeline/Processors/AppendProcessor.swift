internal import SignalModel

/// Adds elements to a list.
struct AppendProcessor: Processor {
    private let field: FieldTemplate
    private var value: ValueTemplate?
    private let copied: FieldTemplate?
    private let allowsDuplicates: Bool
    private let ignoresEmpty: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        allowsDuplicates = try options.bool("allow_duplicates", default: true)
        ignoresEmpty = try options.bool("ignore_empty_values", default: false)
        let escapes = try options.escapesTags()
        copied = try options.fieldIfGiven("copy_from")
        guard copied == nil else {
            guard !options.has("value") else {
                throw options.refused("copy_from", "cannot set both `copy_from` and `value` in the same processor")
            }
            return
        }
        let given = try options.required("value")
        do { value = try ValueTemplate(given, escapes: escapes) } catch {
            throw options.located(error, "value")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let added: DocumentValue
        if let copied {
            added = try document.value(try copied.path(document))
            try document.charge(added)
        } else {
            added = try value?.value(&document) ?? .null
        }
        var elements = [added]
        if case .array(let several) = added { elements = several }
        if ignoresEmpty { elements.removeAll { $0 == .null || $0 == .string("") } }
        if ignoresEmpty, elements.isEmpty { return }
        try document.append(try field.path(document), elements, allowsDuplicates: allowsDuplicates)
    }
}
