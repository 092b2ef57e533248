internal import SignalModel

/// A member whose name has dots, to objects in objects.
struct DotExpanderProcessor: Processor {
    private let name: String
    private let path: String?
    private let overrides: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        name = try options.string("field")
        path = try options.string("path", default: nil)
        overrides = try options.bool("override", default: false)
        guard
            name == "*" || name.contains(".") && name.first != "." && name.last != "." && name.range(of: "..") == nil
        else {
            throw options.refused(
                "field",
                name.contains(".")
                    ? "Field can't start or end with a dot, or have two in a row"
                    : "field does not contain a dot and is not a wildcard")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let base = try path.map { text throws(ProcessorFailure) in try FieldPath(text) }
        guard let parent = document.object(base) else { return }
        let isExpanded = { [name] (member: DocumentObject.Member) in
            name == "*" ? member.name.contains(".") : member.name == name
        }
        let expanded = parent.members.filter(isExpanded)
        guard !expanded.isEmpty else { return }
        // All at once: one by one would take time by the square of how many there are.
        var left = DocumentObject()
        for member in parent.members where !isExpanded(member) { left[member.name] = member.value }
        try document.replace(base, left)
        for (index, member) in expanded.enumerated() {
            do throws(ProcessorFailure) { try expand(member, &document) } catch {
                // Nothing gets lost.
                var object = document.object(base) ?? DocumentObject()
                for member in expanded[index...] { object[member.name] = member.value }
                try document.replace(base, object)
                throw error
            }
        }
    }

    private func expand(_ member: DocumentObject.Member, _ document: inout IngestDocument) throws(ProcessorFailure) {
        let to = try FieldPath((path.map { $0 + "." } ?? "") + member.name)
        if let old = document.find(to), !overrides {
            if case .object = old, case .object = member.value {
                try document.set(to, old.merged(with: member.value))
            } else {
                try document.append(to, member.value.elements, allowsDuplicates: true)
            }
        } else {
            try document.set(to, member.value)
        }
    }
}

extension IngestDocument {
    fileprivate func object(_ path: FieldPath?) -> DocumentObject? {
        guard let path else { return source }
        guard case .object(let object)? = find(path) else { return nil }
        return object
    }

    fileprivate mutating func replace(_ path: FieldPath?, _ object: DocumentObject) throws(ProcessorFailure) {
        if let path { try set(path, .object(object)) } else { source = object }
    }
}

extension DocumentValue {
    fileprivate var elements: [DocumentValue] { if case .array(let elements) = self { elements } else { [self] } }
}
