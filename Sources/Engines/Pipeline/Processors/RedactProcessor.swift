internal import SignalModel

/// Puts `<NAME>` where patterns of grok match: `%{EMAILADDRESS:EMAIL}`.
struct RedactProcessor: Processor {
    private let field: FieldTemplate
    private var expressions: [GrokExpression] = []
    private let prefix: String
    private let suffix: String
    private let ignoresMissing: Bool
    private let traces: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        prefix = try options.string("prefix", default: "<") ?? ""
        suffix = try options.string("suffix", default: ">") ?? ""
        ignoresMissing = try options.bool("ignore_missing", default: true)
        _ = try options.bool("skip_if_unlicensed", default: false)
        traces = try options.bool("trace_redact", default: false)
        guard let patterns = try options.strings("patterns", default: nil), !patterns.isEmpty else {
            throw options.refused("patterns", "List of patterns must not be empty")
        }
        let bank = try GrokProcessor.bank(&options)
        for pattern in patterns {
            do { expressions.append(try GrokExpression(pattern, bank: bank)) } catch {
                throw options.refused("patterns", "Invalid regex pattern found in: [\(pattern)]. \(error)")
            }
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null { throw ProcessorFailure("field [\(path.text)] is null, cannot redact it.") }
        let before = try text(value, path)
        var text = before
        for expression in expressions {
            text = try expression.replacing(in: text, &document.matching) { prefix + $0 + suffix }
        }
        guard text != before else { return }
        try document.set(path, .string(text))
        if traces { try document.set(try FieldPath("_ingest._redact._is_redacted"), .bool(true)) }
    }
}
