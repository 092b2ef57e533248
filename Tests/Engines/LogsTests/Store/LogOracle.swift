import Basics
import Logs
import SignalModel

/// Random documents and filters, and what a look at every document says about them.
struct LogOracle {
    struct Document {
        var time: Int64
        var sequence: UInt64
        var index: String
        var fields: [(name: String, values: [FieldValue], isArray: Bool)]
    }

    static let words = ["alpha", "Beta", "gamma7", "x", "order", "Größe", "a1b2c3d4", "0042", "timeout", "T34"]

    static func document(_ next: () -> UInt64, sequence: UInt64) -> Document {
        var fields: [(String, [FieldValue], Bool)] = []
        func pick(_ count: UInt64) -> UInt64 { next() % count }
        func text() -> String {
            (0..<1 + pick(6)).map { _ in
                pick(3) == 0 ? String(pick(5000)) : words[Int(pick(UInt64(words.count)))]
            }.joined(separator: pick(4) == 0 ? ", " : " ")
        }
        fields.append(("message", [.string(text())], false))
        if pick(4) > 0 { fields.append(("level", [.string(["info", "warn", "error"][Int(pick(3))])], false)) }
        switch pick(6) {
        case 0: fields.append(("status", [.string(String(200 + pick(5)))], false))
        case 1: fields.append(("status", [.double(Double(200 + pick(5)) + 0.5)], false))
        case 2: fields.append(("status", [.null], false))
        case 3: break
        default: fields.append(("status", [.integer(Int64(200 + pick(5)))], false))
        }
        if pick(3) == 0 {
            fields.append(("tags", (0..<1 + pick(3)).map { _ in .string(words[Int(pick(10))]) }, true))
        }
        if pick(3) == 0 { fields.append(("ok", [.bool(pick(2) == 0)], false)) }
        if pick(2) == 0 { fields.append(("user.id", [.string("u-\(pick(100_000))")], false)) }
        if pick(50) == 0 { fields.append(("rare.\(pick(20))", [.integer(Int64(pick(9)))], false)) }
        let time = Int64(pick(200_000)) * 1_000_000_000
        return Document(
            time: time, sequence: sequence, index: pick(3) == 0 ? "logs-a" : "logs-b",
            fields: fields.map { (name: $0.0, values: $0.1, isArray: $0.2) })
    }

    static func filter(_ next: () -> UInt64, depth: Int = 0) -> LogFilter {
        func pick(_ count: UInt64) -> UInt64 { next() % count }
        func word() -> String { words[Int(pick(UInt64(words.count)))] }
        if depth < 3, pick(3) == 0 {
            let parts = (0..<1 + pick(3)).map { _ in filter(next, depth: depth + 1) }
            switch pick(4) {
            case 0: return .and(parts)
            case 1: return .or(parts)
            case 2: return .not(parts[0])
            default: return .atLeast(Int(pick(3)), parts)
            }
        }
        let field = ["message", "level", "status", "tags", "ok", "user.id", "rare.3", "nothing"][Int(pick(8))]
        let selector: FieldSelector = pick(8) == 0 ? .any : pick(8) == 0 ? .matching("*s") : .named(field)
        let modes: [ValueTest.MatchMode] = [.anyWord, .allWords, .phrase(slop: 0), .phrase(slop: 2), .phrasePrefix]
        switch pick(9) {
        case 0: return .test(selector, .exists)
        case 1:
            return .test(selector, .match(.integer(Int64(200 + pick(5))), modes[Int(pick(5))]))
        case 2, 3:
            let text = (0..<1 + pick(2)).map { _ in pick(4) == 0 ? String(pick(5000)) : word() }.joined(
                separator: " ")
            return .test(selector, .match(.string(pick(3) == 0 ? "info" : text), modes[Int(pick(5))]))
        case 4: return .test(selector, .prefix(String(word().prefix(2)), ignoresCase: pick(2) == 0))
        case 5: return .test(selector, .wildcard("*" + word().prefix(3) + "?*", ignoresCase: pick(2) == 0))
        case 6:
            return .test(
                selector,
                .range(
                    lower: pick(3) == 0 ? nil : .init(.integer(Int64(200 + pick(5))), isInclusive: pick(2) == 0),
                    upper: .init(pick(3) == 0 ? .string("m") : .double(203.5), isInclusive: true)))
        case 7:
            guard pick(2) == 0 else { return .test(selector, .anyOf([.string(word()), .integer(202), .bool(true)])) }
            let many = (0..<30).map { _ in alternative(next) }
            return pick(2) == 0
                ? .test(selector, .anyOf(many)) : .or(many.map { .test(selector, .match($0, .phrase(slop: 0))) })
        default: return .test(selector, .expression("[a-g].*", ignoresCase: pick(2) == 0))
        }
    }

    private static func alternative(_ next: () -> UInt64) -> QueryValue {
        switch next() % 6 {
        case 0: .integer(Int64(200 + next() % 5))
        case 1: .double(Double(200 + next() % 5) + (next() % 2 == 0 ? 0.5 : 0))
        case 2: .string(String(200 + next() % 5))
        case 3: .string(words[Int(next() % UInt64(words.count))])
        case 4: .bool(next() % 2 == 0)
        default: .string("u-\(next() % 100_000)")
        }
    }

    static func batch(_ documents: [Document]) -> LogBatch {
        var batch = LogBatch()
        for document in documents {
            for field in document.fields {
                for value in field.values { batch.add(field: field.name, value, isElement: field.isArray) }
            }
            batch.endRecord(
                timestampNanoseconds: document.time, sequence: document.sequence,
                index: batch.number(of: document.index))
        }
        return batch
    }
}

/// The meaning of a filter on one document, written for reading rather than speed.
extension LogOracle.Document {
    func passes(_ filter: LogFilter) -> Bool {
        switch filter {
        case .all: true
        case .nothing: false
        case .and(let parts): parts.allSatisfy(passes)
        case .or(let parts): parts.contains(where: passes)
        case .not(let part): !passes(part)
        case .atLeast(let count, let parts): parts.filter(passes).count >= count
        case .test(let selector, let test):
            fields.contains { field in
                let isMeant =
                    switch selector {
                    case .named(let name): name == field.name
                    case .matching(let pattern): Wildcard.matches(field.name, pattern)
                    case .any: true
                    }
                return isMeant && field.values.contains { Self.passes($0, test, isText: field.name == "message") }
            }
        }
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
    }

    private static func number(_ value: FieldValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    private static func passes(_ value: FieldValue, _ test: ValueTest, isText: Bool) -> Bool {
        guard value != .null else { return false }
        switch test {
        case .exists: return true
        case .match(let constant, let mode):
            return isText ? hasWords(value.text, text(constant), mode) : equals(value, constant)
        case .anyOf(let constants):
            return constants.contains {
                isText ? hasWords(value.text, text($0), .phrase(slop: 0)) : equals(value, $0)
            }
        case .prefix(let prefix, let ignoresCase):
            if isText { return words(value.text).contains { $0.hasPrefix(prefix.lowercased()) } }
            return ignoresCase
                ? value.text.lowercased().hasPrefix(prefix.lowercased()) : value.text.hasPrefix(prefix)
        case .wildcard(let pattern, let ignoresCase):
            if isText { return words(value.text).contains { wildcard($0, pattern.lowercased()) } }
            return ignoresCase
                ? wildcard(value.text.lowercased(), pattern.lowercased()) : wildcard(value.text, pattern)
        case .expression(let pattern, let ignoresCase):
            guard let expression = try? RegularExpression(ignoresCase ? "(?i:\(pattern))" : pattern) else {
                return false
            }
            return (isText ? words(value.text) : [value.text]).contains { expression.matchesWhole($0) }
        case .range(let lower, let upper):
            return (lower.map { inside(value, $0, isLower: true) } ?? true)
                && (upper.map { inside(value, $0, isLower: false) } ?? true)
        case .fuzzy: return false
        }
    }

    private static func text(_ constant: QueryValue) -> String {
        switch constant {
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): value.description
        case .string(let value): value
        case .time: ""
        }
    }

    private static func equals(_ value: FieldValue, _ constant: QueryValue) -> Bool {
        if case .string(let string) = value { return string == text(constant) }
        if case .bool(let bool) = value { return text(constant) == (bool ? "true" : "false") }
        guard let number = number(value) else { return false }
        switch constant {
        case .integer(let other): return number == Double(other)
        case .double(let other): return number == other
        case .string(let other): return Double(other) == number
        default: return false
        }
    }

    private static func inside(_ value: FieldValue, _ bound: ValueTest.Bound, isLower: Bool) -> Bool {
        func decide<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            left == right ? bound.isInclusive : isLower ? left > right : left < right
        }
        switch (value, bound.value) {
        case (.string(let string), .string(let other)): return decide(string, other)
        case (.string(let string), let other):
            guard let number = Double(string), let limit = Double(text(other)) else { return false }
            return decide(number, limit)
        case (.bool, _): return false
        default:
            guard let number = number(value), let limit = Double(text(bound.value)) else { return false }
            return decide(number, limit)
        }
    }

    private static func hasWords(_ text: String, _ constant: String, _ mode: ValueTest.MatchMode) -> Bool {
        let all = words(text)
        let wanted = words(constant)
        guard !wanted.isEmpty else { return false }
        switch mode {
        case .anyWord: return wanted.contains { all.contains($0) }
        case .allWords: return wanted.allSatisfy { all.contains($0) }
        case .phrase(let slop): return spread(all, wanted, isPrefix: false) <= slop
        case .phrasePrefix: return spread(all, wanted, isPrefix: true) == 0
        }
    }

    /// The least distance from order over every choice of places.
    private static func spread(_ all: [String], _ wanted: [String], isPrefix: Bool) -> Int {
        var choices: [[Int]] = [[]]
        for (index, word) in wanted.enumerated() {
            let places = all.indices.filter {
                isPrefix && index == wanted.count - 1 ? all[$0].hasPrefix(word) : all[$0] == word
            }
            choices = choices.flatMap { choice in places.map { choice + [$0 - index] } }
        }
        return choices.map { ($0.max() ?? 0) - ($0.min() ?? 0) }.min() ?? .max
    }

    private static func wildcard(_ text: String, _ pattern: String) -> Bool {
        func matches(_ text: Substring, _ pattern: Substring) -> Bool {
            guard let step = pattern.first else { return text.isEmpty }
            let rest = pattern.dropFirst()
            if step == "*" { return matches(text, rest) || !text.isEmpty && matches(text.dropFirst(), pattern) }
            guard let first = text.first, step == "?" || first == step else { return false }
            return matches(text.dropFirst(), rest)
        }
        return matches(text[...], pattern[...])
    }
}
