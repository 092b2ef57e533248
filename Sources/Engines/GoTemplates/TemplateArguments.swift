import Basics

/// The values one call of a function got, and the checks Go makes on them.
struct TemplateArguments {
    let function: String
    let values: [TemplateValue]

    var count: Int { values.count }
    subscript(index: Int) -> TemplateValue { values[index] }

    func expect(_ wanted: Int) throws(TemplateFailure) {
        if count != wanted {
            throw TemplateFailure("wrong number of args for \(function): want \(wanted) got \(count)")
        }
    }

    func expect(atLeast wanted: Int) throws(TemplateFailure) {
        if count < wanted {
            throw TemplateFailure("wrong number of args for \(function): want at least \(wanted) got \(count)")
        }
    }

    func string(_ index: Int) throws(TemplateFailure) -> String {
        switch values[index] {
        case .string(let text), .markup(let text): return text
        default: throw wrongType(index, expected: "string")
        }
    }

    func sample(_ index: Int) throws(TemplateFailure) -> TemplateSample {
        if case .sample(let sample) = values[index] { return sample }
        throw wrongType(index, expected: "*template.sample")
    }

    func samples(_ index: Int) throws(TemplateFailure) -> [TemplateSample] {
        if case .samples(let samples) = values[index] { return samples }
        throw wrongType(index, expected: "template.queryResult")
    }

    /// A number, or a text that reads as one: what the humanizing functions take.
    func number(_ index: Int) throws(TemplateFailure) -> Double {
        switch values[index] {
        case .float(let value): return value
        case .integer(let value): return Double(value)
        case .duration(let span): return span.seconds
        case .string(let text):
            if let value = GoNumber.parsed(text) { return value }
            throw failure("strconv.ParseFloat: parsing \(GoText.quoted(text)): invalid syntax")
        default: throw failure("can't convert \(values[index].typeName) to float")
        }
    }

    func wrongType(_ index: Int, expected: String) -> TemplateFailure {
        TemplateFailure("wrong type for value; expected \(expected); got \(values[index].typeName)")
    }

    func failure(_ message: String) -> TemplateFailure { TemplateFailure("error calling \(function): \(message)") }
}
