internal import SignalModel

/// A `LogFilter` with its constants read and its expressions compiled, for one query.
indirect enum CompiledFilter: Sendable {
    case all, nothing
    case and([CompiledFilter])
    case or([CompiledFilter])
    case not(CompiledFilter)
    case atLeast(Int, [CompiledFilter])
    case test(FieldTest)

    /// One test on the fields a selector names.
    struct FieldTest: Sendable {
        var selector: FieldSelector
        var mask: FieldMask
        var classes: FieldClasses
        var keyword: StoredTest
        var text: StoredTest

        func test(for name: String) -> StoredTest { classes.class(of: name) == .text ? text : keyword }
    }

    init(_ filter: LogFilter, _ classes: FieldClasses, _ mask: FieldMask) throws(LogQueryError) {
        switch filter {
        case .all: self = .all
        case .nothing: self = .nothing
        case .and(let parts): self = .and(try Self.each(parts, classes, mask))
        case .or(let parts): self = .or(try Self.each(parts, classes, mask))
        case .not(let part): self = .not(try CompiledFilter(part, classes, mask))
        case .atLeast(let count, let parts): self = .atLeast(count, try Self.each(parts, classes, mask))
        case .test(let selector, let test):
            self = .test(
                FieldTest(
                    selector: selector, mask: mask, classes: classes,
                    keyword: StoredTest(try CompiledTest(test, .keyword)),
                    text: StoredTest(try CompiledTest(test, .text))))
        }
    }

    private static func each(
        _ parts: [LogFilter], _ classes: FieldClasses, _ mask: FieldMask
    ) throws(LogQueryError) -> [CompiledFilter] {
        var compiled: [CompiledFilter] = []
        for part in parts { compiled.append(try CompiledFilter(part, classes, mask)) }
        return compiled
    }

    /// What of `filter` and `restriction` is left to look at, with its obvious parts folded.
    static func both(_ first: CompiledFilter, _ second: CompiledFilter) -> CompiledFilter {
        if case .all = first { return second }
        if case .all = second { return first }
        return .and([first, second])
    }
}
