internal import SignalModel

/// A list to a text.
struct JoinProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate
    private let separator: String

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.field("target_field", default: field)
        separator = try options.string("separator")
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        switch try document.value(path) {
        case .array(let elements):
            let joined = elements.map(\.javaText).joined(separator: separator)
            try document.set(try target.path(document), .string(joined))
        case .null: throw ProcessorFailure("field [\(path.text)] is null, cannot join.")
        case let other: throw Self.cannotCast(other, "java.util.List", path)
        }
    }
}
