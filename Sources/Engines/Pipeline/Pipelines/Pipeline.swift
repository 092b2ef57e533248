package import SignalModel

/// Processors in their order, as Elasticsearch's ingest pipelines define them.
package struct Pipeline: Sendable {
    package let name: String
    let steps: [ProcessorStep]
    let onFailure: [ProcessorStep]

    /// Throws the first mistake. Unknown processors and options are mistakes.
    package init(
        name: String, _ definition: DocumentObject, resources: PipelineResources
    ) throws(PipelineDefinitionError) {
        self.name = name
        let known: Set = [
            "description", "processors", "on_failure", "version", "_meta", "deprecated", "created_date",
            "created_date_millis", "modified_date", "modified_date_millis", "_system",
        ]
        let unknown = definition.members.map(\.name).filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw PipelineDefinitionError(
                "pipeline [\(name)] doesn't support one or more provided configuration parameters "
                    + "[\(unknown.joined(separator: ", "))]")
        }
        guard let processors = definition["processors"] else {
            throw PipelineDefinitionError("[processors] required property is missing", propertyName: "processors")
        }
        steps = try ProcessorStep.steps(processors, resources: resources, of: "processors")
        if let handlers = definition["on_failure"], handlers != .null {
            onFailure = try ProcessorStep.steps(handlers, resources: resources, of: "on_failure")
            if onFailure.isEmpty {
                throw PipelineDefinitionError(
                    "pipeline [\(name)] cannot have an empty on_failure option defined", propertyName: "on_failure")
            }
        } else {
            onFailure = []
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        guard !document.pipelines.contains(name) else {
            throw ProcessorFailure(type: "graph_structure_exception", "Cycle detected for pipeline: \(name)")
        }
        document.pipelines.append(name)
        let outer = document.ingest["pipeline"]
        document.ingest["pipeline"] = .string(name)
        defer {
            document.pipelines.removeLast()
            document.ingest["pipeline"] = outer
            document.isTerminated = false
        }
        do throws(ProcessorFailure) {
            try ProcessorStep.run(steps, &document, in: set)
        } catch {
            guard !onFailure.isEmpty, document.stepsLeft >= 0 else { throw error }
            try ProcessorStep.handle(error, onFailure, &document, in: set)
        }
    }
}
