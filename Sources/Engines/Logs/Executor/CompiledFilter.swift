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

        /// Its field where that is a keyword, under whatever name it is stored.
        var keywordName: String? {
            guard case .named(let name) = selector, !name.hasSuffix(".text"), classes.class(of: name) == .keyword
            else {
                return nil
            }
            return name
        }

        func test(for name: String) -> StoredTest { classes.class(of: name) == .text ? text : keyword }
    }

    init(_ filter: LogFilter, _ classes: FieldClasses, _ mask: FieldMask) throws(LogQueryError) {
        switch filter {
        case .all: self = .all
        case .nothing: self = .nothing
        case .and(let parts): self = .and(try Self.each(parts, classes, mask))
        case .or(let parts): self = .or(Self.joined(try Self.each(parts, classes, mask)))
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

    /// Whole values of one keyword are one test, so that thousands of alternatives are one look at its values.
    private static func joined(_ parts: [CompiledFilter]) -> [CompiledFilter] {
        var rest: [CompiledFilter] = []
        var equal: [String: [FieldTest]] = [:]
        for part in parts {
            if case .test(let test) = part, let name = test.keywordName, case .equals = test.keyword.test.kind {
                equal[name, default: []].append(test)
            } else {
                rest.append(part)
            }
        }
        for var tests in equal.values {
            if tests.count > 1 {
                tests[0].keyword = StoredTest(CompiledTest(equalToAnyOf: tests.map(\.keyword.test)))
                tests[0].text = tests[0].keyword
            }
            rest.append(.test(tests[0]))
        }
        return rest
    }

    /// What of `filter` and `restriction` is left to look at, with its obvious parts folded.
    static func both(_ first: CompiledFilter, _ second: CompiledFilter) -> CompiledFilter {
        if case .all = first { return second }
        if case .all = second { return first }
        return .and([first, second])
    }
}
