internal import SignalModel

/// `a=1 b=2` to fields.
struct KeyValueProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate?
    private let fieldSplit: BacktrackingExpression
    private let valueSplit: BacktrackingExpression
    private let included: Set<String>?
    private let excluded: Set<String>
    private let ignoresMissing: Bool
    private let prefix: String
    private let trimsKey: PatternReplacement?
    private let trimsValue: PatternReplacement?
    private let stripsBrackets: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.fieldIfGiven("target_field")
        fieldSplit = try options.pattern("field_split")
        valueSplit = try options.pattern("value_split")
        included = try options.strings("include_keys", default: nil).map(Set.init)
        excluded = Set(try options.strings("exclude_keys", default: []) ?? [])
        ignoresMissing = try options.bool("ignore_missing", default: false)
        prefix = try options.string("prefix", default: "") ?? ""
        trimsKey = try Self.trimming("trim_key", &options)
        trimsValue = try Self.trimming("trim_value", &options)
        stripsBrackets = try options.bool("strip_brackets", default: false)
    }

    /// The characters of the option, which stand in a class of Java's patterns, are taken off both ends.
    private static func trimming(
        _ name: String, _ options: inout ProcessorOptions
    ) throws(PipelineDefinitionError) -> PatternReplacement? {
        guard let characters = try options.string(name, default: nil), !characters.isEmpty else { return nil }
        do {
            let pattern = try BacktrackingExpression(java: "^[\(characters)]+|[\(characters)]+$")
            return PatternReplacement("", pattern)
        } catch { throw options.refused(name, "Invalid regex pattern. \(error)") }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null {
            throw ProcessorFailure("field [\(path.text)] is null, cannot extract key-value pairs.")
        }
        let prefix = try (target?.path(document).text).map { $0 + "." + self.prefix } ?? self.prefix
        for pair in try fieldSplit.split(try text(value, path), &document.matching) where !pair.isEmpty {
            let parts = try valueSplit.split(pair, max: 2, &document.matching)
            guard parts.count == 2 else {
                throw ProcessorFailure(
                    "field [\(path.text)] does not contain value_split [\(valueSplit.pattern)]")
            }
            let key = try trimsKey?.applied(to: parts[0], &document.matching) ?? parts[0]
            if let included, !included.contains(key) { continue }
            if excluded.contains(key) { continue }
            var text = stripsBrackets ? Self.withoutBrackets(parts[1]) : parts[1]
            text = try trimsValue?.applied(to: text, &document.matching) ?? text
            let to = try FieldPath(prefix + key)
            if document.find(to) != nil {
                try document.append(to, [.string(text)], allowsDuplicates: true)
            } else {
                try document.set(to, .string(text))
            }
        }
    }

    /// A bracket or quotation mark at each end, whether they make a pair or not.
    private static func withoutBrackets(_ text: String) -> String {
        var rest = text[...]
        if let first = rest.first, "([<\"'".contains(first) { rest.removeFirst() }
        if let last = rest.last, ")]>\"'".contains(last) { rest.removeLast() }
        return String(rest)
    }
}
