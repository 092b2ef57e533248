@testable import Logs

/// A question about records that every language can ask, and what each writes for it.
indirect enum LanguageQuestion: CustomStringConvertible {
    case exists(String)
    /// Of a keyword its whole value; of `message` these words in a row.
    case value(String, String)
    case atLeast(String, Int64)
    /// Of a keyword.
    case begins(String, String)
    case not(LanguageQuestion)
    case all([LanguageQuestion])
    case any([LanguageQuestion])

    static func random(_ next: () -> UInt64, depth: Int = 0) -> LanguageQuestion {
        func pick(_ count: UInt64) -> Int { Int(next() % count) }
        if depth < 3, pick(2) == 0 {
            let parts = (0..<2 + pick(2)).map { _ in random(next, depth: depth + 1) }
            return pick(3) == 0 ? .not(parts[0]) : pick(2) == 0 ? .all(parts) : .any(parts)
        }
        let word = LogOracle.words[pick(10)]
        switch pick(6) {
        case 0: return .exists(["level", "status", "user.id", "ok", "nothing"][pick(5)])
        case 1: return .value("level", ["info", "warn", "error", "INFO", "a \"b\" \\ c: (d)*"][pick(5)])
        case 2: return .atLeast("status", Int64(199 + pick(7)))
        case 3: return .begins("user.id", "u-" + String(pick(100)))
        case 4: return .value("message", pick(2) == 0 ? word : word + " " + LogOracle.words[pick(10)])
        default: return .value("status", String(200 + pick(5)))
        }
    }

    var description: String { kql }

    /// What it means, for the oracle.
    var filter: LogFilter {
        switch self {
        case .exists(let field): .test(.named(field), .exists)
        case .value(let field, let text): .test(.named(field), .match(.string(text), .phrase(slop: 0)))
        case .atLeast(let field, let number):
            .test(.named(field), .range(lower: .init(.integer(number), isInclusive: true), upper: nil))
        case .begins(let field, let text): .test(.named(field), .prefix(text, ignoresCase: false))
        case .not(let part): .not(part.filter)
        case .all(let parts): .and(parts.map(\.filter))
        case .any(let parts): .or(parts.map(\.filter))
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "\"" + String(escaped) + "\""
    }

    var kql: String {
        switch self {
        case .exists(let field): "\(field): *"
        case .value(let field, let text): "\(field): \(Self.quoted(text))"
        case .atLeast(let field, let number): "\(field) >= \(number)"
        case .begins(let field, let text): "\(field): \(text)*"
        case .not(let part): "not (\(part.kql))"
        case .all(let parts): "(" + parts.map(\.kql).joined(separator: " and ") + ")"
        case .any(let parts): "(" + parts.map(\.kql).joined(separator: " or ") + ")"
        }
    }

    var lucene: String {
        switch self {
        case .exists(let field): "_exists_:\(field)"
        case .value(let field, let text): "\(field):\(Self.quoted(text))"
        case .atLeast(let field, let number): "\(field):[\(number) TO *]"
        case .begins(let field, let text): "\(field):\(text.replacing("-", with: "\\-"))*"
        case .not(let part): "(NOT \(part.lucene))"
        case .all(let parts): "(" + parts.map(\.lucene).joined(separator: " AND ") + ")"
        case .any(let parts): "(" + parts.map(\.lucene).joined(separator: " OR ") + ")"
        }
    }

    var json: String {
        switch self {
        case .exists(let field): #"{"exists":{"field":"\#(field)"}}"#
        case .value(let field, let text): #"{"match_phrase":{"\#(field)":\#(Self.quoted(text))}}"#
        case .atLeast(let field, let number): #"{"range":{"\#(field)":{"gte":\#(number)}}}"#
        case .begins(let field, let text): #"{"prefix":{"\#(field)":"\#(text)"}}"#
        case .not(let part): #"{"bool":{"must_not":[\#(part.json)]}}"#
        case .all(let parts): #"{"bool":{"filter":[\#(parts.map(\.json).joined(separator: ","))]}}"#
        case .any(let parts):
            #"{"bool":{"should":[\#(parts.map(\.json).joined(separator: ","))],"minimum_should_match":1}}"#
        }
    }

    /// Nil where ES|QL asks of a field's type what the others do not.
    var pipes: String? {
        func each(_ parts: [LanguageQuestion], _ operation: String) -> String? {
            let texts = parts.compactMap(\.pipes)
            return texts.count == parts.count ? "(" + texts.joined(separator: " \(operation) ") + ")" : nil
        }
        switch self {
        case .exists(let field): return "`\(field)` IS NOT NULL"
        case .value("level", let text): return "level == \(Self.quoted(text))"
        case .value, .atLeast: return nil
        case .begins(let field, let text): return "STARTS_WITH(`\(field)`, \"\(text)\")"
        case .not(let part): return part.pipes.map { "NOT (\($0))" }
        case .all(let parts): return each(parts, "AND")
        case .any(let parts): return each(parts, "OR")
        }
    }

    /// As ES|QL has it: of a value that is not there nothing can be said, neither that it is equal nor that it is not.
    func isTrue(_ document: LogOracle.Document) -> Bool? {
        switch self {
        case .exists: return document.passes(filter)
        case .value(let field, _), .atLeast(let field, _), .begins(let field, _):
            return document.passes(.test(.named(field), .exists)) ? document.passes(filter) : nil
        case .not(let part): return part.isTrue(document).map { !$0 }
        case .all(let parts):
            let values = parts.map { $0.isTrue(document) }
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .any(let parts):
            let values = parts.map { $0.isTrue(document) }
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        }
    }
}
