/// Moves a field.
struct RenameProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate
    private let ignoresMissing: Bool
    private let overrides: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.field("target_field")
        ignoresMissing = try options.bool("ignore_missing", default: false)
        overrides = try options.bool("override", default: false)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let from = try field.path(document)
        guard let value = document.find(from) else {
            if ignoresMissing { return }
            throw ProcessorFailure("field [\(from.text)] doesn't exist")
        }
        let to = try target.path(document)
        guard overrides || document.find(to) == nil else {
            throw ProcessorFailure("field [\(to.text)] already exists")
        }
        let before = document
        try document.remove(from)
        do throws(ProcessorFailure) { try document.set(to, value) } catch {
            document = before
            throw error
        }
    }
}
