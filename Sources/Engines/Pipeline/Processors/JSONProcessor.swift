internal import SignalModel
internal import WireFormats

/// A text that is JSON to what it says.
struct JSONProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate
    private let addsToRoot: Bool
    private let merges: Bool
    private let isStrict: Bool
    private let allowsDuplicates: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        addsToRoot = try options.bool("add_to_root", default: false)
        allowsDuplicates = try options.bool("allow_duplicate_keys", default: false)
        isStrict = try options.bool("strict_json_parsing", default: true)
        guard !addsToRoot || !options.has("target_field") else {
            throw options.refused(
                "target_field", "Cannot set a target field while also setting `add_to_root` to true")
        }
        let hasStrategy = options.has("add_to_root_conflict_strategy")
        let strategy = try options.string("add_to_root_conflict_strategy", default: "replace") ?? ""
        guard !hasStrategy || addsToRoot else {
            throw options.refused(
                "add_to_root_conflict_strategy",
                "Cannot set `add_to_root_conflict_strategy` if `add_to_root` is false")
        }
        guard strategy == "replace" || strategy == "merge" else {
            throw options.refused("add_to_root_conflict_strategy", "conflict strategy [\(strategy)] not supported")
        }
        merges = strategy == "merge"
        target = try options.field("target_field", default: field)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        let parsed = try parsed(try document.value(path))
        try document.charge(parsed)
        guard addsToRoot else { return try document.set(try target.path(document), parsed) }
        guard case .object(let object) = parsed else {
            throw ProcessorFailure("cannot add non-map fields to root of document")
        }
        for member in object.members {
            if merges, let old = document.source[member.name] {
                document.source[member.name] = old.merged(with: member.value)
            } else {
                document.source[member.name] = member.value
            }
        }
    }

    private func parsed(_ value: DocumentValue) throws(ProcessorFailure) -> DocumentValue {
        let bytes = Array(value.javaText.utf8)
        do throws(WireFormatError) {
            return try DocumentReader.value(bytes, isPrefix: !isStrict, allowsDuplicates: allowsDuplicates)
        } catch {
            throw ProcessorFailure("unable to parse [\(value.javaText.prefix(200))] as JSON: \(error)")
        }
    }
}

extension DocumentValue {
    /// Members of both, one by one; of anything else the other.
    func merged(with other: DocumentValue) -> DocumentValue {
        guard case .object(var mine) = self, case .object(let theirs) = other else { return other }
        for member in theirs.members {
            mine[member.name] = mine[member.name]?.merged(with: member.value) ?? member.value
        }
        return .object(mine)
    }
}
