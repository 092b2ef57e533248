internal import SignalModel

/// A list in order: numbers by size, anything else as text.
struct SortProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate
    private let isDescending: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.field("target_field", default: field)
        let order = try options.string("order", default: "asc") ?? ""
        guard order == "asc" || order == "desc" else {
            throw options.refused("order", "Sort direction [\(order)] not recognized. Valid values are: [asc, desc]")
        }
        isDescending = order == "desc"
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        switch try document.value(path) {
        case .array(let elements):
            let sorted = elements.sorted { isDescending ? Self.isBefore($1, $0) : Self.isBefore($0, $1) }
            try document.set(try target.path(document), .array(sorted))
        case .null: throw ProcessorFailure("field [\(path.text)] is null, cannot sort.")
        case let other: throw Self.cannotCast(other, "java.util.List", path)
        }
    }

    private static func isBefore(_ left: DocumentValue, _ right: DocumentValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.double(let left), .double(let right)): left < right
        case (.integer(let left), .double(let right)): Double(left) < right
        case (.double(let left), .integer(let right)): left < Double(right)
        default: left.javaText < right.javaText
        }
    }
}
