internal import SignalModel

/// Fields out of a text by patterns with names, of which the first that matches counts.
struct GrokProcessor: Processor {
    private let field: FieldTemplate
    private var expressions: [GrokExpression] = []
    private let tracesMatch: Bool
    private let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        ignoresMissing = try options.bool("ignore_missing", default: false)
        tracesMatch = try options.bool("trace_match", default: false)
        guard let patterns = try options.strings("patterns", default: nil) else {
            throw options.refused("patterns", "required property is missing")
        }
        guard !patterns.isEmpty else { throw options.refused("patterns", "List of patterns must not be empty") }
        let bank = try Self.bank(&options)
        for pattern in patterns {
            do { expressions.append(try GrokExpression(pattern, bank: bank)) } catch {
                throw options.refused("patterns", "Invalid regex pattern found in: [\(pattern)]. \(error)")
            }
        }
    }

    /// The shipped patterns with those of the processor.
    static func bank(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) -> GrokBank {
        let mode = try options.string("ecs_compatibility", default: "disabled") ?? ""
        guard let shipped = GrokBank.shipped(ecsCompatibility: mode) else {
            throw options.refused("ecs_compatibility", "unsupported mode '\(mode)'")
        }
        guard let definitions = try options.object("pattern_definitions") else { return shipped }
        var patterns: [String: String] = [:]
        for member in definitions.members {
            guard case .string(let text) = member.value else {
                throw options.refused("pattern_definitions", "the pattern [\(member.name)] is no string")
            }
            patterns[member.name] = text
        }
        do { return try GrokBank(shipped, patterns) } catch {
            throw options.refused("pattern_definitions", "\(error)")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null { throw ProcessorFailure("field [\(path.text)] is null, cannot process it.") }
        let text = try text(value, path)
        for (number, expression) in expressions.enumerated() {
            guard let values = try expression.match(text, &document.matching) else { continue }
            for (name, value) in values { try document.set(try FieldPath(name), value) }
            if tracesMatch { document.ingest["_grok_match_index"] = .string(String(number)) }
            return
        }
        throw ProcessorFailure("Provided Grok expressions do not match field value: [\(text)]")
    }
}
