internal import SignalModel

/// Replaces what a pattern matches, with `$1` and `${name}` for its groups.
struct GsubProcessor: Processor {
    private let work: TextWork
    private let pattern: BacktrackingExpression
    private let replacement: PatternReplacement

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        work = try TextWork(&options)
        pattern = try options.pattern("pattern")
        replacement = PatternReplacement(try options.string("replacement"), pattern)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        try work.run(&document) { text, budget throws(ProcessorFailure) in
            .string(try replacement.applied(to: text, &budget))
        }
    }
}
