import Basics

@testable import Logs

/// Filters in a short notation, so that tables of cases stay readable.
enum FilterNotation {
    static func text(_ filter: LogFilter) -> String {
        switch filter {
        case .all: "all"
        case .nothing: "nothing"
        case .and(let parts): "(" + parts.map(text).joined(separator: " & ") + ")"
        case .or(let parts): "(" + parts.map(text).joined(separator: " | ") + ")"
        case .not(let part): "!" + text(part)
        case .atLeast(let count, let parts): "atLeast\(count)(" + parts.map(text).joined(separator: ", ") + ")"
        case .test(let field, let test): name(field) + self.test(test)
        }
    }

    private static func name(_ field: FieldSelector) -> String {
        switch field {
        case .named(let name): name
        case .matching(let pattern): "‹\(pattern)›"
        case .any: "_"
        }
    }

    private static func test(_ test: ValueTest) -> String {
        switch test {
        case .exists: ":exists"
        case .match(let value, .anyWord): "=" + self.value(value)
        case .match(let value, .allWords): "=all" + self.value(value)
        case .match(let value, .phrase(0)): "=\"" + self.value(value) + "\""
        case .match(let value, .phrase(let slop)): "=\"" + self.value(value) + "\"~\(slop)"
        case .match(let value, .phrasePrefix): "=\"" + self.value(value) + "…\""
        case .anyOf(let values): " in[" + values.map(value).joined(separator: ", ") + "]"
        case .prefix(let text, let ignoresCase): "^=" + text + (ignoresCase ? "/i" : "")
        case .wildcard(let text, let ignoresCase): "~" + text + (ignoresCase ? "/i" : "")
        case .expression(let text, let ignoresCase): "/" + text + "/" + (ignoresCase ? "i" : "")
        case .fuzzy(let text, let edits, let prefix): "~\(edits)" + (prefix > 0 ? "(\(prefix))" : "") + text
        case .range(let lower, let upper):
            (lower.map { ($0.isInclusive ? "[" : "{") + value($0.value) } ?? "[*") + " TO "
                + (upper.map { value($0.value) + ($0.isInclusive ? "]" : "}") } ?? "*]")
        }
    }

    private static func value(_ value: QueryValue) -> String {
        switch value {
        case .bool(let value): value ? "#true" : "#false"
        case .integer(let value): "#\(value)"
        case .double(let value): "#\(value)"
        case .string(let value): "‘\(value)’"
        case .time(let nanoseconds):
            "@" + DateWriter.iso(nanoseconds, zone: .utc, withNanoseconds: true).dropLast()
        }
    }
}

enum QueryClock {
    /// 2026-11-26T14:05:09.123Z, a Thursday.
    static let context = LogQueryContext(nowNanoseconds: 1_795_701_909_123_000_000) { name in
        name == "Europe/Prague"
            ? ZoneRules(
                name: name, firstOffsetSeconds: 3600,
                transitions: [
                    .init(atSeconds: 1_774_746_000, offsetSeconds: 7200),
                    .init(atSeconds: 1_792_890_000, offsetSeconds: 3600),
                ]) : nil
    }
}
