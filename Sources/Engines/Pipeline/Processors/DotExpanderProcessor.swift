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
        let parent: DocumentObject
        let base = try path.map { text throws(ProcessorFailure) in try FieldPath(text) }
        if let base {
            guard case .object(let object)? = document.find(base) else { return }
            parent = object
        } else {
            parent = document.source
        }
        let names = name == "*" ? parent.members.map(\.name).filter { $0.contains(".") } : [name]
        for name in names {
            guard let value = parent[name] else { continue }
            if var object = base == nil ? document.source : document.object(base) {
                object[name] = nil
                try document.replace(base, object)
            }
            let to = try FieldPath((path.map { $0 + "." } ?? "") + name)
            if let old = document.find(to), !overrides {
                if case .object = old, case .object = value {
                    try document.set(to, old.merged(with: value))
                } else {
                    try document.append(to, value.elements, allowsDuplicates: true)
                }
            } else {
                try document.set(to, value)
            }
        }
    }
}

extension IngestDocument {
    fileprivate func object(_ path: FieldPath?) -> DocumentObject? {
        guard let path, case .object(let object)? = find(path) else { return nil }
        return object
    }

    fileprivate mutating func replace(_ path: FieldPath?, _ object: DocumentObject) throws(ProcessorFailure) {
        if let path { try set(path, .object(object)) } else { source = object }
    }
}

extension DocumentValue {
    fileprivate var elements: [DocumentValue] { if case .array(let elements) = self { elements } else { [self] } }
}
