internal import SignalModel

/// The name of a field, which may have tags in it.
struct FieldTemplate: Sendable, Hashable {
    private let template: TextTemplate
    private let fixed: FieldPath?

    /// Of a name that is put together of values.
    private static let nameBytesMax = 32_766

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
        let name = try template.rendered(document)
        guard name.utf8.count <= Self.nameBytesMax else {
            throw ProcessorFailure("the name of a field would have more than \(Self.nameBytesMax) bytes")
        }
        return try FieldPath(name)
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

    /// Paid for by the document it is for.
    func value(_ document: inout IngestDocument) throws(ProcessorFailure) -> DocumentValue {
        switch self {
        case .constant(let value): return value
        case .text(let template):
            let value = DocumentValue.string(try template.rendered(document))
            try document.charge(value)
            return value
        case .array(let parts):
            var elements: [DocumentValue] = []
            for part in parts { elements.append(try part.value(&document)) }
            return .array(elements)
        case .object(let members):
            var object = DocumentObject()
            for member in members {
                let name = try member.name.rendered(document)
                try document.charge(.string(name))
                object[name] = try member.value.value(&document)
            }
            return .object(object)
        }
    }
}
