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
            let texts = elements.map(\.javaText)
            let bytes = texts.reduce(separator.utf8.count * texts.count) { $0 + $1.utf8.count }
            guard bytes <= StepBudget.valueBytesMax else {
                throw ProcessorFailure("a value of more than \(StepBudget.valueBytesMax) bytes")
            }
            let joined = DocumentValue.string(texts.joined(separator: separator))
            try document.charge(joined)
            try document.set(try target.path(document), joined)
        case .null: throw ProcessorFailure("field [\(path.text)] is null, cannot join.")
        case let other: throw Self.cannotCast(other, "java.util.List", path)
        }
    }
}
