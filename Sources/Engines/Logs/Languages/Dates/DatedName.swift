internal import Basics

/// Elasticsearch's date arithmetic in names of indices: `<logs-{now/d}>`, `<logs-{now/M-1M{yyyy.MM|+02:00}}>`. A
/// backslash before a brace makes it itself.
package enum DatedName {
    private static let format = "yyyy.MM.dd"

    /// What the name stands for now; one that is not in angle brackets is itself.
    package static func resolved(_ name: String, _ context: LogQueryContext) throws(LogQueryError) -> String {
        guard name.hasPrefix("<"), name.hasSuffix(">"), name.utf8.count > 1 else { return name }
        func refusal(_ why: String) -> LogQueryError {
            LogQueryError(.argument, "invalid dynamic name expression [\(name)]. \(why)")
        }
        var rest = Array(name.unicodeScalars.dropFirst().dropLast())[...]
        var result = String.UnicodeScalarView()
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                guard let next = rest.popFirst() else { throw refusal("nothing stands behind the backslash") }
                result.append(next)
            case "}": throw refusal("missing date math character [{]")
            case "{":
                var depth = 1
                var expression = String.UnicodeScalarView()
                while depth > 0 {
                    guard let inner = rest.popFirst() else { throw refusal("date math placeholder is open ended") }
                    if inner == "{" { depth += 1 }
                    if inner == "}" { depth -= 1 }
                    if depth > 0 { expression.append(inner) }
                }
                guard !expression.isEmpty else { throw refusal("missing date format") }
                result.append(contentsOf: try text(String(expression), context).unicodeScalars)
            default: result.append(character)
            }
        }
        return String(result)
    }

    /// `now/d`, `now/d{yyyy.MM}`, `now/d{yyyy.MM|+02:00}`.
    private static func text(_ expression: String, _ context: LogQueryContext) throws(LogQueryError) -> String {
        var format = Self.format
        var zone = ZoneRules.utc
        var math = Substring(expression)
        if let brace = expression.firstIndex(of: "{") {
            guard expression.hasSuffix("}") else {
                throw LogQueryError(
                    .argument,
                    "invalid dynamic name expression [\(expression)]. missing closing `}` for date math format")
            }
            math = expression[..<brace]
            let parts = expression[expression.index(after: brace)...].dropLast()
                .split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            if !parts[0].isEmpty { format = String(parts[0]) }
            if parts.count == 2 { zone = try context.zone(named: String(parts[1])) }
        }
        let time = try DateMath(context, zone: zone).resolve(String(math), roundingUp: false)
        return try DateFormat(format).text(time, zone: zone)
    }
}
