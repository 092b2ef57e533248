internal import Basics

/// What is written into a call and cannot be right is refused before a record is looked at.
extension PipeParser {
    func withConstants(
        _ function: PipeFunction, _ arguments: [Argument]
    ) throws(LogQueryError) -> [PipeExpression] {
        var expressions = arguments.map(\.expression)
        switch function {
        case .dateTrunc: expressions[0] = try length(arguments[0])
        case .bucket:
            if case .literal(let width) = expressions[1], !Self.isAboveZero(width) {
                throw text.error("expected a width or a number of buckets above 0", at: arguments[1].at)
            }
            if arguments.count == 2, case .literal(.text) = expressions[1] {
                expressions[1] = try length(arguments[1])
            }
            guard arguments.count != 3 else {
                throw text.error("BUCKET takes 2 or 4 arguments, not 3", at: arguments[0].at)
            }
        case .dateExtract:
            try check(arguments[0], "a part of a date: " + Self.list(PipeDatePart.allCases.map(\.rawValue))) {
                PipeDatePart(rawValue: $0.lowercased()) != nil
            }
        case .dateDiff:
            try check(arguments[0], "a unit: " + Self.list(PipeDateUnit.names)) {
                PipeDateUnit(named: $0.lowercased()) != nil
            }
        case .dateFormat where arguments.count == 2, .dateParse where arguments.count == 2:
            try check(arguments[0], "a pattern of a date, as yyyy-MM-dd") { (try? DateFormat.list($0)) != nil }
        case .replace: try check(arguments[1], "a regular expression") { (try? RegularExpression($0)) != nil }
        case .mvSort where arguments.count == 2: try checkOrder(arguments[1])
        case .cidrMatch:
            for argument in arguments.dropFirst() {
                try check(argument, "a network as 10.0.0.0/8") { IPNetwork($0) != nil }
            }
        default: break
        }
        return expressions
    }

    func checkConstants(_ aggregate: PipeAggregate, _ arguments: [Argument]) throws(LogQueryError) {
        switch aggregate {
        case .percentile:
            let percent: Double?
            if case .literal(let value) = arguments[1].expression { percent = value.number } else { percent = nil }
            guard let percent, (0...100).contains(percent) else {
                throw text.error("expected a number from 0 to 100", at: arguments[1].at)
            }
        case .top:
            guard case .literal(.long(let count)) = arguments[1].expression,
                (1...Int64(PipeAccumulator.valuesMax)).contains(count)
            else {
                throw text.error(
                    "expected a whole number from 1 to \(PipeAccumulator.valuesMax)", at: arguments[1].at)
            }
            if arguments.count > 2 { try checkOrder(arguments[2]) }
        default: break
        }
    }

    private func checkOrder(_ argument: Argument) throws(LogQueryError) {
        guard case .literal(.text) = argument.expression else {
            throw text.error("expected \"asc\" or \"desc\"", at: argument.at)
        }
        try check(argument, "\"asc\" or \"desc\"") { ["asc", "desc"].contains($0.lowercased()) }
    }

    /// A text that is written out has to be right; one of a column is looked at row by row.
    private func check(
        _ argument: Argument, _ what: String, _ isRight: (String) -> Bool
    ) throws(LogQueryError) {
        switch argument.expression {
        case .literal(.null): return
        case .literal(.text(let value)):
            guard isRight(value) else {
                throw text.error("expected \(what); \"\(value.prefix(50))\" is none", at: argument.at)
            }
        case .literal: throw text.error("expected \(what)", at: argument.at)
        default: return
        }
    }

    /// `1 hour`, or the same in quotes.
    private func length(_ argument: Argument) throws(LogQueryError) -> PipeExpression {
        switch argument.expression {
        case .literal(.span(let count, _)) where count > 0: return argument.expression
        case .literal(.text(let words)):
            let parts = words.split(separator: " ")
            if parts.count == 2, let count = Int64(parts[0]), count > 0, let span = Self.span(count, String(parts[1]))
            {
                return .literal(span)
            }
        default: break
        }
        throw text.error("expected a length of time above 0, as 1 hour", at: argument.at)
    }

    private static func isAboveZero(_ width: PipeValue) -> Bool {
        switch width {
        case .long(let number): number > 0
        case .double(let number): number > 0
        case .span(let count, _): count > 0
        default: true
        }
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
