package import SignalModel

/// Pipelines tried on documents of a request, with Elasticsearch's reply (`_simulate`). Nothing is stored.
package enum Simulation {
    /// Documents of a request. More are refused.
    package static let documentsMax = 1000

    /// `request` has `docs` and, where no `name` is given, the definition of a `pipeline`.
    package static func reply(
        to request: DocumentObject, pipeline name: String?, isVerbose: Bool, in set: PipelineSet,
        resources: PipelineResources, receivedNanoseconds: Int64
    ) throws(PipelineDefinitionError) -> DocumentObject {
        let pipeline = try pipeline(request, name, set, resources)
        guard let given = request["docs"] else {
            throw PipelineDefinitionError("[docs] required property is missing", propertyName: "docs")
        }
        guard case .array(let documents) = given else {
            throw PipelineDefinitionError(
                "[docs] property isn't a list, but of type [\(given.javaClass)]", propertyName: "docs")
        }
        guard !documents.isEmpty, documents.count <= documentsMax else {
            throw PipelineDefinitionError(
                type: "illegal_argument_exception",
                documents.isEmpty
                    ? "must specify at least one document in [docs]" : "more than \(documentsMax) documents in [docs]"
            )
        }
        var replies: [DocumentValue] = []
        for document in documents {
            var parsed = try self.document(document, receivedNanoseconds)
            if isVerbose { parsed.trace = SimulationTrace() }
            let outcome = set.run(pipeline, &parsed)
            replies.append(isVerbose ? SimulationReply.verbose(parsed) : SimulationReply.plain(parsed, outcome))
        }
        return ["docs": .array(replies)]
    }

    private static func pipeline(
        _ request: DocumentObject, _ name: String?, _ set: PipelineSet, _ resources: PipelineResources
    ) throws(PipelineDefinitionError) -> Pipeline {
        if let name {
            guard let pipeline = set[name] else {
                throw PipelineDefinitionError(type: "illegal_argument_exception", "pipeline [\(name)] does not exist")
            }
            return pipeline
        }
        guard let given = request["pipeline"] else {
            throw PipelineDefinitionError("[pipeline] required property is missing", propertyName: "pipeline")
        }
        guard case .object(let definition) = given else {
            throw PipelineDefinitionError(
                "[pipeline] property isn't a map, but of type [\(given.javaClass)]", propertyName: "pipeline")
        }
        return try Pipeline(name: "_simulate_pipeline", definition, resources: resources)
    }

    private static func document(
        _ value: DocumentValue, _ receivedNanoseconds: Int64
    ) throws(PipelineDefinitionError) -> IngestDocument {
        guard case .object(let object) = value else {
            throw PipelineDefinitionError("malformed [docs] section: a document is no map", propertyName: "docs")
        }
        guard case .object(let source)? = object["_source"] else {
            throw PipelineDefinitionError("[_source] required property is missing", propertyName: "_source")
        }
        var document = IngestDocument(
            source: source, index: object["_index"]?.javaText ?? "_index",
            identity: object["_id"]?.javaText ?? "_id", receivedNanoseconds: receivedNanoseconds)
        for member in object.members where !["_source", "_index", "_id"].contains(member.name) {
            document.otherMetadata[member.name] = member.value
        }
        return document
    }
}
