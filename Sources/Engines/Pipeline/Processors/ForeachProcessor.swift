internal import SignalModel

/// Runs a processor on each element of a list or each member of an object, which it finds in `_ingest._value`.
struct ForeachProcessor: Processor {
    private let field: FieldTemplate
    private let step: ProcessorStep
    private let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        ignoresMissing = try options.bool("ignore_missing", default: false)
        let definition = try options.required("processor")
        guard case .object(let object) = definition, object.count == 1 else {
            throw options.refused("processor", "Must specify exactly one processor type")
        }
        step = try ProcessorStep(definition, resources: options.resources)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        let outer = (document.ingest["_value"], document.ingest["_key"])
        defer { (document.ingest["_value"], document.ingest["_key"]) = outer }
        switch value {
        case .array(let elements):
            var changed: [DocumentValue] = []
            for element in elements {
                document.ingest["_value"] = element
                try step.run(&document, in: set)
                if document.isDone { return }
                changed.append(document.ingest["_value"] ?? .null)
            }
            try document.set(path, .array(changed))
        case .object(let object):
            var changed = DocumentObject()
            for member in object.members {
                document.ingest["_key"] = .string(member.name)
                document.ingest["_value"] = member.value
                try step.run(&document, in: set)
                if document.isDone { return }
                let name = document.ingest["_key"]?.javaText ?? member.name
                if !name.isEmpty { changed[name] = document.ingest["_value"] ?? .null }
            }
            try document.set(path, .object(changed))
        case .null: throw ProcessorFailure("field [\(path.text)] is null, cannot loop over its elements.")
        case let other:
            throw ProcessorFailure(
                "field [\(path.text)] of type [\(other.javaClass)] cannot be cast to a list or map")
        }
    }
}
