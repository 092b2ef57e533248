internal import SignalModel

/// A text to a list, at what a pattern matches.
struct SplitProcessor: Processor {
    private let work: TextWork
    private let separator: BacktrackingExpression
    private let preservesTrailing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        work = try TextWork(&options)
        separator = try options.pattern("separator")
        preservesTrailing = try options.bool("preserve_trailing", default: false)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try work.field.path(document)
        guard let value = try value(path, document, ignoresMissing: work.ignoresMissing) else { return }
        if value == .null { throw ProcessorFailure("field [\(path.text)] is null, cannot split.") }
        var parts = try separator.split(try text(value, path), &document.matching)
        if !preservesTrailing, parts.count > 1 { while parts.last == "" { parts.removeLast() } }
        let list = DocumentValue.array(parts.map { .string($0) })
        try document.charge(list)
        try document.set(try work.target.path(document), list)
    }
}

extension BacktrackingExpression {
    /// What stands between matches. A match of nothing at the beginning parts nothing.
    func split(
        _ text: String, max: Int = .max, _ budget: inout MatchBudget
    ) throws(ProcessorFailure) -> [String] {
        var text = text
        return try Self.withBytes(&text) { bytes throws(ProcessorFailure) in
            let matches: [Match]
            do throws(LimitReached) { matches = try allMatches(in: bytes, &budget) } catch {
                throw ProcessorFailure("the pattern [\(pattern)] took too many steps")
            }
            var parts: [String] = []
            var end = 0
            for range in matches.compactMap({ $0.ranges[0] }) where range.upperBound > 0 && parts.count + 1 < max {
                if range.isEmpty, range.lowerBound == bytes.count { continue }
                parts.append(String(decoding: bytes[end..<range.lowerBound], as: UTF8.self))
                end = range.upperBound
            }
            parts.append(String(decoding: bytes[end...], as: UTF8.self))
            return parts
        }
    }
}
