internal import SignalModel

/// Takes fields away, or all but some.
struct RemoveProcessor: Processor {
    private var fields: [FieldTemplate] = []
    private var kept: [FieldTemplate] = []
    private let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        ignoresMissing = try options.bool("ignore_missing", default: false)
        let names = try options.oneOrMany("field")
        let keep = try options.oneOrMany("keep")
        guard (names == nil) != (keep == nil) else {
            throw options.refused(
                "keep",
                names == nil
                    ? "or [field] must be specified" : "and [field] cannot both be used in the same processor")
        }
        for name in names ?? [] { fields.append(try options.template("field", name)) }
        for name in keep ?? [] { kept.append(try options.template("keep", name)) }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        for field in fields {
            let path = try field.path(document)
            if ignoresMissing, document.find(path) == nil { continue }
            try document.remove(path)
        }
        guard !kept.isEmpty else { return }
        var left = document
        left.source = [:]
        for field in kept {
            let path = try field.path(document)
            if path.root == .source, let value = document.find(path) { try left.set(path, value) }
        }
        document.source = left.source
    }
}
