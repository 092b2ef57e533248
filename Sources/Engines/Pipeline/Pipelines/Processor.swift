internal import SignalModel

/// One kind of work on a document. Made once from its options; may run on several threads at once.
protocol Processor: Sendable {
    /// Reads its options; those that are common to all are read by `ProcessorStep`.
    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError)
    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure)
}

extension Processor {
    /// Elasticsearch's word for a field that may be missing: nil when it is, or is null, and that may be.
    func value(
        _ path: FieldPath, _ document: IngestDocument, ignoresMissing: Bool
    ) throws(ProcessorFailure) -> DocumentValue? {
        if ignoresMissing {
            guard let value = document.find(path), value != .null else { return nil }
            return value
        }
        return try document.value(path)
    }

    func text(_ value: DocumentValue, _ path: FieldPath) throws(ProcessorFailure) -> String {
        guard case .string(let text) = value else { throw Self.cannotCast(value, "java.lang.String", path) }
        return text
    }

    static func cannotCast(_ value: DocumentValue, _ type: String, _ path: FieldPath) -> ProcessorFailure {
        ProcessorFailure("field [\(path.text)] of type [\(value.javaClass)] cannot be cast to [\(type)]")
    }
}
