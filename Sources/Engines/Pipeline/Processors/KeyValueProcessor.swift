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
    private let trimsKey: Set<Character>
    private let trimsValue: Set<Character>
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
        trimsKey = Set(try options.string("trim_key", default: "") ?? "")
        trimsValue = Set(try options.string("trim_value", default: "") ?? "")
        stripsBrackets = try options.bool("strip_brackets", default: false)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null {
            throw ProcessorFailure("field [\(path.text)] is null, cannot extract key-value pairs.")
        }
        let prefix = try (target?.path(document).text).map { $0 + "." + self.prefix } ?? self.prefix
        for pair in try fieldSplit.split(try text(value, path)) where !pair.isEmpty {
            let parts = try valueSplit.split(pair, max: 2)
            guard parts.count == 2 else {
                throw ProcessorFailure(
                    "field [\(path.text)] does not contain value_split [\(valueSplit.pattern)]")
            }
            let key = trimmed(parts[0], trimsKey)
            if let included, !included.contains(key) { continue }
            if excluded.contains(key) { continue }
            var text = trimmed(parts[1], trimsValue)
            if stripsBrackets { text = Self.withoutBrackets(text) }
            let to = try FieldPath(prefix + key)
            if document.find(to) != nil {
                try document.append(to, [.string(text)], allowsDuplicates: true)
            } else {
                try document.set(to, .string(text))
            }
        }
    }

    private func trimmed(_ text: String, _ characters: Set<Character>) -> String {
        guard !characters.isEmpty else { return text }
        var rest = text[...]
        while let first = rest.first, characters.contains(first) { rest.removeFirst() }
        while let last = rest.last, characters.contains(last) { rest.removeLast() }
        return String(rest)
    }

    /// One pair of brackets or quotation marks around it.
    private static func withoutBrackets(_ text: String) -> String {
        let pairs: [Character: Character] = ["(": ")", "[": "]", "<": ">", "{": "}", "\"": "\"", "'": "'"]
        guard text.count > 1, let first = text.first, pairs[first] == text.last else { return text }
        return String(text.dropFirst().dropLast())
    }
}
