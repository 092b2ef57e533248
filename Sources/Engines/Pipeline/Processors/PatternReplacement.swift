/// What stands in the place of a match, in Java's notation.
struct PatternReplacement: Sendable {
    private enum Part: Sendable {
        case text(String)
        case group(Int)
    }

    private let pattern: BacktrackingExpression
    private var parts: [Part] = []

    /// A group that there is not stays as it is written.
    init(_ text: String, _ pattern: BacktrackingExpression) {
        self.pattern = pattern
        let names = Dictionary(pattern.groupNames.map { ($0.name, $0.group) }) { first, _ in first }
        var rest = text[...]
        var literal = ""
        while let character = rest.popFirst() {
            if character == "\\", let next = rest.popFirst() {
                literal.append(next)
            } else if character == "$", rest.first == "{", let end = rest.firstIndex(of: "}"),
                let group = names[String(rest[..<end].dropFirst())]
            {
                parts.append(.text(literal))
                literal = ""
                parts.append(.group(group))
                rest = rest[rest.index(after: end)...]
            } else if character == "$", let first = rest.first?.wholeNumberValue, first <= pattern.groupCount {
                rest.removeFirst()
                var group = first
                // As many digits as make a group that there is.
                while let digit = rest.first?.wholeNumberValue, group * 10 + digit <= pattern.groupCount {
                    group = group * 10 + digit
                    rest.removeFirst()
                }
                parts.append(.text(literal))
                literal = ""
                parts.append(.group(group))
            } else {
                literal.append(character)
            }
        }
        parts.append(.text(literal))
    }

    func applied(to text: String, _ budget: inout MatchBudget) throws(ProcessorFailure) -> String {
        var text = text
        return try BacktrackingExpression.withBytes(&text) { bytes throws(ProcessorFailure) in
            let matches: [BacktrackingExpression.Match]
            do throws(BacktrackingExpression.LimitReached) {
                matches = try pattern.allMatches(in: bytes, &budget)
            } catch {
                throw ProcessorFailure("the pattern [\(pattern.pattern)] took too many steps")
            }
            var result: [UInt8] = []
            var end = 0
            for match in matches {
                let range = match.ranges[0] ?? end..<end
                result.append(contentsOf: bytes[end..<range.lowerBound])
                for part in parts {
                    switch part {
                    case .text(let text): result.append(contentsOf: text.utf8)
                    case .group(let group):
                        if let range = match.ranges[group] { result.append(contentsOf: bytes[range]) }
                    }
                }
                end = range.upperBound
                guard result.count <= StepBudget.valueBytesMax else {
                    throw ProcessorFailure("a value of more than \(StepBudget.valueBytesMax) bytes")
                }
            }
            result.append(contentsOf: bytes[end...])
            return String(decoding: result, as: UTF8.self)
        }
    }
}
