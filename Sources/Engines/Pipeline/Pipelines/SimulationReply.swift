internal import SignalModel

/// Elasticsearch's words for what became of a document that was tried.
enum SimulationReply {
    /// The document with what stands beside it.
    static func shown(_ document: IngestDocument) -> DocumentObject {
        var shown: DocumentObject = ["_index": .string(document.index)]
        shown["_version"] = .string("-3")
        shown["_id"] = document.identity.map { .string($0) }
        for member in document.otherMetadata.members { shown[member.name] = .string(member.value.javaText) }
        shown["_source"] = .object(document.source)
        shown["_ingest"] = .object(document.ingest)
        return shown
    }

    static func plain(_ document: IngestDocument, _ outcome: PipelineSet.Outcome) -> DocumentValue {
        switch outcome {
        case .indexed: .object(["doc": .object(shown(document))])
        case .dropped: .null
        case .failed(let failure): .object(["error": error(failure)])
        }
    }

    static func verbose(_ document: IngestDocument) -> DocumentValue {
        let results = document.trace?.entries.map { DocumentValue.object(result($0)) } ?? []
        return .object(["processor_results": .array(results)])
    }

    private static func result(_ entry: SimulationTrace.Entry) -> DocumentObject {
        var result: DocumentObject = ["processor_type": .string(entry.type)]
        result["status"] = .string(entry.status.rawValue)
        result["description"] = entry.description.map { .string($0) }
        result["tag"] = entry.tag.map { .string($0) }
        if let condition = entry.condition {
            result["if"] = .object(["condition": .string(condition.text), "result": .bool(condition.holds)])
        }
        if let failure = entry.failure {
            if entry.status == .errorIgnored {
                result["ignored_error"] = .object(["error": error(failure)])
            } else {
                result["error"] = error(failure)
            }
        }
        result["doc"] = entry.document.map { .object($0) }
        return result
    }

    private static func error(_ failure: ProcessorFailure) -> DocumentValue {
        let cause: DocumentObject = ["type": .string(failure.type), "reason": .string(failure.reason)]
        var error: DocumentObject = ["root_cause": .array([.object(cause)])]
        for member in cause.members { error[member.name] = member.value }
        return .object(error)
    }
}
