/// The pipeline under way ends here, without a failure.
struct TerminateProcessor: Processor {
    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {}

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        document.isTerminated = true
    }
}
