/// Fails with a message.
struct FailProcessor: Processor {
    private let message: TextTemplate

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) { message = try options.text("message") }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        throw ProcessorFailure(type: "fail_processor_exception", try message.rendered(document))
    }
}
