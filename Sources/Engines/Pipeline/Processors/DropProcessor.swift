/// The document goes no further and is not stored.
struct DropProcessor: Processor {
    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {}

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        document.isDropped = true
    }
}
