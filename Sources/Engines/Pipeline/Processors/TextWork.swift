internal import SignalModel

/// What processors that change one text have in common: a field, a target, and lists as texts one by one.
struct TextWork: Sendable {
    let field: FieldTemplate
    let target: FieldTemplate
    let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.field("target_field", default: field)
        ignoresMissing = try options.bool("ignore_missing", default: false)
    }

    func run(
        _ document: inout IngestDocument, _ body: (String) throws(ProcessorFailure) -> DocumentValue
    ) throws(ProcessorFailure) {
        try run(&document) { text, _ throws(ProcessorFailure) in try body(text) }
    }

    /// With what is left for patterns.
    func run(
        _ document: inout IngestDocument,
        _ body: (String, inout MatchBudget) throws(ProcessorFailure) -> DocumentValue
    ) throws(ProcessorFailure) {
        let path = try field.path(document)
        if ignoresMissing, document.find(path) ?? .null == .null { return }
        switch try document.value(path) {
        case .string(let text):
            let changed = try body(text, &document.matching)
            try document.charge(changed)
            try document.set(try target.path(document), changed)
        case .null: throw ProcessorFailure("field [\(path.text)] is null, cannot process it.")
        case .array(let elements):
            var changed: [DocumentValue] = []
            for element in elements {
                guard case .string(let text) = element else {
                    throw ProcessorFailure(
                        "value [\(element.javaText)] of type [\(element.javaClass)] in list field [\(path.text)] "
                            + "cannot be cast to [java.lang.String]")
                }
                changed.append(try body(text, &document.matching))
            }
            try document.charge(.array(changed))
            try document.set(try target.path(document), .array(changed))
        case let other:
            throw ProcessorFailure(
                "field [\(path.text)] of type [\(other.javaClass)] cannot be cast to [java.lang.String]")
        }
    }
}
