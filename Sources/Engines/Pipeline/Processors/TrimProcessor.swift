internal import SignalModel

/// No blanks at the ends.
struct TrimProcessor: Processor {
    private let work: TextWork

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) { work = try TextWork(&options) }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        try work.run(&document) { text throws(ProcessorFailure) in .string(String(text.trimmed)) }
    }
}
