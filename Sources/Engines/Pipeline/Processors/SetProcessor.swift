internal import SignalModel

/// Gives a field a value, or that of another field.
struct SetProcessor: Processor {
    private enum Source: Sendable {
        case value(ValueTemplate)
        case field(FieldTemplate)
    }

    private let field: FieldTemplate
    private let source: Source
    private let overrides: Bool
    private let ignoresEmpty: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        overrides = try options.bool("override", default: true)
        ignoresEmpty = try options.bool("ignore_empty_value", default: false)
        let escapes = try options.escapesTags()
        if let copied = try options.fieldIfGiven("copy_from") {
            guard !options.has("value") else {
                throw options.refused("copy_from", "cannot set both `copy_from` and `value` in the same processor")
            }
            source = .field(copied)
        } else {
            guard options.has("value") else { throw options.refused("value", "required property is missing") }
            let value = options.take("value") ?? .null
            do {
                source = .value(try ValueTemplate(value, escapes: escapes))
            } catch {
                throw options.located(error, "value")
            }
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        if !overrides, document.find(path) ?? .null != .null { return }
        let value: DocumentValue
        switch source {
        case .value(let template): value = try template.value(&document)
        case .field(let field):
            let from = try field.path(document)
            if ignoresEmpty, document.find(from) ?? .null == .null { return }
            value = try document.value(from)
            try document.charge(value)
        }
        if ignoresEmpty, value == .null || value == .string("") { return }
        try document.set(path, value)
    }
}
