/// Another pipeline, in this place.
struct PipelineProcessor: Processor {
    private let name: TextTemplate
    private let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        name = try options.text("name")
        ignoresMissing = try options.bool("ignore_missing_pipeline", default: false)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let name = try name.rendered(document)
        guard let pipeline = set[name] else {
            if ignoresMissing { return }
            throw ProcessorFailure(
                type: "illegal_state_exception",
                "Pipeline processor configured for non-existent pipeline [\(name)]")
        }
        try pipeline.run(&document, in: set)
    }
}
