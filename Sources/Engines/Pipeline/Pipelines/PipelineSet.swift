package import SignalModel

/// All pipelines that there are, which may call one another. Does not change: a new definition makes a new set.
package struct PipelineSet: Sendable {
    package enum Outcome: Sendable, Hashable {
        case indexed
        case dropped
        case failed(ProcessorFailure)
    }

    private var pipelines: [String: Pipeline] = [:]

    package static let empty = PipelineSet()

    private init() {}

    /// Throws the first mistake and the pipeline that has it.
    package init(
        _ definitions: [String: DocumentObject], resources: PipelineResources
    ) throws(PipelineDefinitionError) {
        for (name, definition) in definitions.sorted(by: { $0.key < $1.key }) {
            pipelines[name] = try Pipeline(name: name, definition, resources: resources)
        }
    }

    package subscript(name: String) -> Pipeline? { pipelines[name] }
    package var names: [String] { pipelines.keys.sorted() }

    /// The same with one more, or with another in its place.
    package func with(_ pipeline: Pipeline) -> PipelineSet {
        var changed = self
        changed.pipelines[pipeline.name] = pipeline
        return changed
    }

    package func without(_ name: String) -> PipelineSet {
        var changed = self
        changed.pipelines[name] = nil
        return changed
    }

    /// Runs one pipeline on a document. What a failure has changed until then stays changed.
    package func run(_ name: String, _ document: inout IngestDocument) -> Outcome {
        guard let pipeline = pipelines[name] else {
            return .failed(ProcessorFailure("pipeline with id [\(name)] does not exist"))
        }
        return run(pipeline, &document)
    }

    func run(_ pipeline: Pipeline, _ document: inout IngestDocument) -> Outcome {
        do throws(ProcessorFailure) {
            try pipeline.run(&document, in: self)
        } catch {
            return .failed(error)
        }
        return document.isDropped ? .dropped : .indexed
    }
}
