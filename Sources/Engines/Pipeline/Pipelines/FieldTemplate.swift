internal import SignalModel

/// The name of a field, which may have tags in it.
struct FieldTemplate: Sendable, Hashable {
    private let template: TextTemplate
    private let fixed: FieldPath?

    init(_ text: String) throws(PipelineDefinitionError) {
        template = try TextTemplate(text)
        fixed = try template.constant.map { text throws(PipelineDefinitionError) in
            do throws(ProcessorFailure) { return try FieldPath(text) } catch {
                throw PipelineDefinitionError(type: "illegal_argument_exception", error.reason)
            }
        }
    }

    func path(_ document: IngestDocument) throws(ProcessorFailure) -> FieldPath {
        if let fixed { return fixed }
        return try FieldPath(template.rendered(document))
    }
}

/// A value of a definition whose texts, on every level, may have tags in them.
indirect enum ValueTemplate: Sendable, Hashable {
    case constant(DocumentValue)
    case text(TextTemplate)
    case array([ValueTemplate])
    case object([(Member)])

    struct Member: Sendable, Hashable {
        var name: TextTemplate
        var value: ValueTemplate
    }

    init(_ value: DocumentValue, escapes: Bool = true) throws(PipelineDefinitionError) {
        switch value {
        case .string(let text):
            let template = try TextTemplate(text, escapes: escapes)
            self = template.constant == nil ? .text(template) : .constant(value)
        case .array(let elements):
            var parts: [ValueTemplate] = []
            for element in elements { parts.append(try ValueTemplate(element, escapes: escapes)) }
            self = .array(parts)
        case .object(let object):
            var parts: [Member] = []
            for member in object.members {
                parts.append(
                    Member(
                        name: try TextTemplate(member.name, escapes: escapes),
                        value: try ValueTemplate(member.value, escapes: escapes)))
            }
            self = .object(parts)
        default: self = .constant(value)
        }
    }

    func value(_ document: IngestDocument) -> DocumentValue {
        switch self {
        case .constant(let value): value
        case .text(let template): .string(template.rendered(document))
        case .array(let parts): .array(parts.map { $0.value(document) })
        case .object(let members):
            .object(
                members.reduce(into: DocumentObject()) { $0[$1.name.rendered(document)] = $1.value.value(document) })
        }
    }
}
