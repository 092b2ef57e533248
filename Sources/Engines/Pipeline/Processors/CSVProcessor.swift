internal import SignalModel

/// A line of separated values to fields (RFC 4180).
struct CSVProcessor: Processor {
    private let field: FieldTemplate
    private var targets: [FieldTemplate] = []
    private let separator: Character
    private let quote: Character
    private let trims: Bool
    private let ignoresMissing: Bool
    private let emptyValue: ValueTemplate?

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        ignoresMissing = try options.bool("ignore_missing", default: false)
        trims = try options.bool("trim", default: false)
        separator = try Self.character("separator", ",", &options)
        quote = try Self.character("quote", "\"", &options)
        guard let names = try options.oneOrMany("target_fields") else {
            throw options.refused("target_fields", "required property is missing")
        }
        guard !names.isEmpty else { throw options.refused("target_fields", "target fields list can't be empty") }
        for name in names { targets.append(try options.template("target_fields", name)) }
        let empty = options.take("empty_value")
        do { emptyValue = try empty.map { value throws(PipelineDefinitionError) in try ValueTemplate(value) } } catch
        {
            throw options.located(error, "empty_value")
        }
    }

    private static func character(
        _ name: String, _ other: String, _ options: inout ProcessorOptions
    ) throws(PipelineDefinitionError) -> Character {
        let text = try options.string(name, default: other) ?? other
        guard text.count == 1, let character = text.first, character != "\n", character != "\r" else {
            throw options.refused(name, "\(name) has to be single character like \(other)")
        }
        return character
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null { throw ProcessorFailure("field [\(path.text)] is null, cannot process it.") }
        let values = try values(Array(try text(value, path)))
        for (target, text) in zip(targets, values) {
            if text.isEmpty {
                guard let emptyValue else { continue }
                try document.set(try target.path(document), try emptyValue.value(&document))
            } else {
                try document.set(try target.path(document), .string(text))
            }
        }
    }

    private func values(_ line: [Character]) throws(ProcessorFailure) -> [String] {
        var values: [String] = []
        var index = 0
        while values.count < targets.count {
            if trims { while index < line.count, line[index] == " " || line[index] == "\t" { index += 1 } }
            var value = ""
            if index < line.count, line[index] == quote {
                index += 1
                while true {
                    guard index < line.count else {
                        throw ProcessorFailure("Illegal character: a quote that does not end")
                    }
                    if line[index] == quote {
                        index += 1
                        guard index < line.count, line[index] == quote else { break }
                    }
                    value.append(line[index])
                    index += 1
                }
                if trims { while index < line.count, line[index] == " " || line[index] == "\t" { index += 1 } }
                guard index == line.count || line[index] == separator else {
                    throw ProcessorFailure(
                        "character '\(line[index])' after quoted field at position \(index + 1) is illegal")
                }
            } else {
                while index < line.count, line[index] != separator {
                    guard line[index] != quote else {
                        throw ProcessorFailure("Illegal character inside unquoted field at \(index)")
                    }
                    value.append(line[index])
                    index += 1
                }
                if trims { value = String(value.trimmed) }
            }
            values.append(value)
            guard index < line.count else { break }
            index += 1
        }
        return values
    }
}
