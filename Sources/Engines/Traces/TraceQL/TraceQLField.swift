import Logs
import SignalModel

enum TraceQLComparison: String {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case matches = "=~"
    case notMatches = "!~"

    var isNegative: Bool { self == .notEqual || self == .notMatches }
}

struct TraceQLFieldError: Error {
    var message: String
    /// The value cannot be, rather than the field.
    var isOfValue = false
}

/// A field of TraceQL and the fields of the store behind it.
struct TraceQLField {
    private enum Kind {
        case duration, status, kind
        case text
        case attribute
    }

    private let name: String
    private let kind: Kind
    /// It is what one of them is.
    private let fields: [String]

    init(_ name: String) throws(TraceQLFieldError) {
        self.name = name
        switch name {
        case "duration", "span:duration": (kind, fields) = (.duration, [SpanFields.duration])
        case "status", "span:status": (kind, fields) = (.status, [SpanFields.status])
        case "kind", "span:kind": (kind, fields) = (.kind, [SpanFields.kind])
        case "name", "span:name": (kind, fields) = (.text, [SpanFields.name])
        case "statusMessage", "span:statusMessage": (kind, fields) = (.text, [SpanFields.statusMessage])
        case "span:id": (kind, fields) = (.text, [SpanFields.span])
        case "span:parentID": (kind, fields) = (.text, [SpanFields.parent])
        case "trace:id": (kind, fields) = (.text, [SpanFields.trace])
        case "instrumentation:name": (kind, fields) = (.text, [SpanFields.scopeName])
        case "instrumentation:version": (kind, fields) = (.text, [SpanFields.scopeVersion])
        default: (kind, fields) = (.attribute, try Self.attribute(name))
        }
    }

    private static func attribute(_ name: String) throws(TraceQLFieldError) -> [String] {
        for (scope, prefix) in [
            ("span.", SpanFields.attributePrefix), ("resource.", SpanFields.resourcePrefix),
            ("instrumentation.", SpanFields.scopePrefix),
        ] where name.hasPrefix(scope) && name.count > scope.count {
            let rest = String(name.dropFirst(scope.count))
            return [scope == "resource." ? resource(rest) : prefix + rest]
        }
        if name.hasPrefix("."), name.count > 1 {
            let rest = String(name.dropFirst())
            return [SpanFields.attributePrefix + rest, resource(rest)]
        }
        let ofTraces = [
            "rootName", "rootServiceName", "traceDuration", "trace:duration", "trace:rootName", "trace:rootService",
        ]
        if ofTraces.contains(name) {
            throw TraceQLFieldError(
                message: "\(name) asks of the whole trace, which is not supported: only spans are asked")
        }
        throw TraceQLFieldError(
            message: "\(name) is no field: attributes are span.NAME, resource.NAME or .NAME; "
                + "name, status, kind, duration and statusMessage are of every span")
    }

    private static func resource(_ name: String) -> String {
        name == SpanFields.service || name == SpanFields.version ? name : SpanFields.resourcePrefix + name
    }

    func filter(_ comparison: TraceQLComparison, _ value: TraceQLToken) throws(TraceQLFieldError) -> LogFilter {
        var value = value
        switch value {
        case .symbol, .end: throw Self.noValue
        default: break
        }
        switch (kind, value) {
        case (.status, .name(let text)):
            guard Span.Status.allCases.contains(where: { $0.text == text }) else {
                throw TraceQLFieldError(message: "status is ok, error or unset, not \(text)", isOfValue: true)
            }
            return Self.enumerated(fields[0], text, isMissing: text == Span.Status.unset.text, comparison)
        case (.kind, .name(let text)):
            guard Span.Kind.allCases.contains(where: { $0.text == text }) else {
                let names = Span.Kind.allCases.map(\.text).joined(separator: ", ")
                throw TraceQLFieldError(message: "kind is one of \(names), not \(text)", isOfValue: true)
            }
            return Self.enumerated(fields[0], text, isMissing: text == Span.Kind.unspecified.text, comparison)
        case (.status, _), (.kind, _):
            throw TraceQLFieldError(
                message: "\(name) is compared with a word such as error, without quotes", isOfValue: true)
        case (.duration, .duration(let nanoseconds)): value = .integer(nanoseconds)
        case (.duration, _):
            throw TraceQLFieldError(message: "duration is compared with one, as 100ms", isOfValue: true)
        case (_, .name("nil")):
            let each = fields.map { LogFilter.test(.named($0), .exists) }
            let exists = each.count == 1 ? each[0] : LogFilter.or(each)
            switch comparison {
            case .equal: return .not(exists)
            case .notEqual: return exists
            default: throw TraceQLFieldError(message: "nil is compared with = or != only", isOfValue: true)
            }
        default: break
        }
        let tests = try fields.map { field throws(TraceQLFieldError) in
            try Self.test(field, comparison, try constant(value))
        }
        return tests.count == 1 ? tests[0] : .or(tests)
    }

    private static func enumerated(
        _ field: String, _ text: String, isMissing: Bool, _ comparison: TraceQLComparison
    ) -> LogFilter {
        // A span that says nothing has no such field.
        let isThat = isMissing ? LogFilter.not(.test(.named(field), .exists)) : .field(field, text)
        return comparison.isNegative ? .not(isThat) : isThat
    }

    private func constant(_ token: TraceQLToken) throws(TraceQLFieldError) -> QueryValue {
        switch token {
        case .string(let text): return .string(text)
        case .integer(let value), .duration(let value): return .integer(value)
        case .double(let value): return .double(value)
        case .name("true"): return .bool(true)
        case .name("false"): return .bool(false)
        default: throw Self.noValue
        }
    }

    private static let noValue = TraceQLFieldError(
        message: "expected a value: a text in quotes, a number, true or false", isOfValue: true)

    private static func test(
        _ field: String, _ comparison: TraceQLComparison, _ value: QueryValue
    ) throws(TraceQLFieldError) -> LogFilter {
        let selector = FieldSelector.named(field)
        switch comparison {
        case .equal, .notEqual:
            let isEqual = LogFilter.test(selector, .match(value, .phrase(slop: 0)))
            // Of a span without the attribute nothing is said.
            return comparison == .equal ? isEqual : .and([.test(selector, .exists), .not(isEqual)])
        case .matches, .notMatches:
            guard case .string(let pattern) = value else {
                throw TraceQLFieldError(message: "a pattern is a text in quotes", isOfValue: true)
            }
            let isMatch = LogFilter.test(selector, .expression(pattern, ignoresCase: false))
            return comparison == .matches ? isMatch : .and([.test(selector, .exists), .not(isMatch)])
        case .less, .lessOrEqual:
            return .test(selector, .range(lower: nil, upper: .init(value, isInclusive: comparison == .lessOrEqual)))
        case .greater, .greaterOrEqual:
            return .test(
                selector, .range(lower: .init(value, isInclusive: comparison == .greaterOrEqual), upper: nil))
        }
    }
}
