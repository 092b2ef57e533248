internal import CPCRE2
internal import SignalModel

/// One expression of grok: a pattern with the names of others in it, `%{IP:source.ip}`.
struct GrokExpression: Sendable {
    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    enum CaptureType: String, Sendable {
        case string, int, integer, long, float, double, boolean
    }

    struct Capture: Sendable {
        /// With dots, whichever way it was written.
        var name: String
        var type: CaptureType
        /// Those of its name, of which the first that took part counts.
        var groups: [Int]
    }

    let text: String
    let captures: [Capture]
    private let expression: BacktrackingExpression

    init(_ text: String, bank: GrokBank) throws(Invalid) {
        self.text = text
        let expanded = try bank.expanded(text)
        do {
            let pattern = try OnigurumaPattern(expanded)
            let options =
                UInt32(PCRE2_MULTILINE) | UInt32(PCRE2_DUPNAMES)
                | (pattern.names.isEmpty ? 0 : UInt32(PCRE2_NO_AUTO_CAPTURE))
            expression = try BacktrackingExpression(
                pattern.translated, name: text, options: options, isUnicode: true)
            captures = Self.captures(pattern.names, expression)
        } catch {
            throw Invalid(description: "\(error)")
        }
    }

    private static func captures(_ names: [String], _ expression: BacktrackingExpression) -> [Capture] {
        var groups: [Int: Int] = [:]
        for (name, group) in expression.groupNames {
            if let number = Int(name.dropFirst()) { groups[number] = group }
        }
        var captures: [Capture] = []
        for (number, name) in names.enumerated() {
            guard let group = groups[number] else { continue }
            let (field, type) = field(name)
            if let known = captures.firstIndex(where: { $0.name == field && $0.type == type }) {
                captures[known].groups.append(group)
            } else {
                captures.append(Capture(name: field, type: type, groups: [group]))
            }
        }
        return captures
    }

    /// `name:type`, and `[a][b]` for `a.b`. What is no type is read as text.
    private static func field(_ name: String) -> (String, CaptureType) {
        var name = name[...]
        var type = CaptureType.string
        if let colon = name.lastIndex(of: ":") {
            type = CaptureType(rawValue: String(name[name.index(after: colon)...])) ?? .string
            name = name[..<colon]
        }
        guard name.first == "[", name.last == "]" else { return (String(name), type) }
        return (String(name.dropFirst().dropLast().replacing("][", with: ".")), type)
    }

    func allMatches(
        in bytes: UnsafeBufferPointer<UInt8>, _ budget: inout MatchBudget
    ) throws(ProcessorFailure) -> [BacktrackingExpression.Match] {
        do throws(BacktrackingExpression.LimitReached) { return try expression.allMatches(in: bytes, &budget) } catch
        {
            throw Self.interrupted
        }
    }

    private static var interrupted: ProcessorFailure {
        ProcessorFailure(
            type: "runtime_exception", "grok pattern matching was interrupted: it took too many steps")
    }

    /// What its groups caught, in the order of the pattern; nil when it does not match. A number that is none fails.
    func match(
        _ text: String, _ budget: inout MatchBudget
    ) throws(ProcessorFailure) -> [(name: String, value: DocumentValue)]? {
        guard let caught = try caught(in: text, &budget) else { return nil }
        var values: [(name: String, value: DocumentValue)] = []
        for (capture, texts) in zip(captures, caught) {
            guard let text = texts.first else { continue }
            guard let value = Self.value(text, capture.type) else {
                throw ProcessorFailure("For input string: \"\(text)\"")
            }
            values.append((capture.name, value))
        }
        return values
    }

    /// What each capture's groups caught, of those that took part; nil when the text does not match.
    func caught(in text: String, _ budget: inout MatchBudget) throws(ProcessorFailure) -> [[String]]? {
        var text = text
        return try BacktrackingExpression.withBytes(&text) { bytes throws(ProcessorFailure) in
            let match: BacktrackingExpression.Match?
            do throws(BacktrackingExpression.LimitReached) {
                match = try expression.firstMatch(in: bytes, &budget)
            } catch {
                throw Self.interrupted
            }
            return match.map { match in captures.map { $0.groups.compactMap { match.text($0, bytes) } } }
        }
    }

    /// Nil for a text that is none of the type.
    static func value(_ text: String, _ type: CaptureType) -> DocumentValue? {
        switch type {
        case .string: .string(text)
        case .int, .integer: Int32(text).map { .integer(Int64($0)) }
        case .long: Int64(text).map { .integer($0) }
        case .float: Float(text).map { .double(Double("\($0)") ?? Double($0)) }
        case .double: Double(text).map { .double($0) }
        case .boolean: .bool(text.lowercased() == "true")
        }
    }
}
