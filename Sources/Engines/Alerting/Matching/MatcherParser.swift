import Basics
package import SignalModel

/// Alertmanager's matchers: `{alertname="Down", team=~"a|b"}`, the braces optional, a trailing comma allowed.
///
/// Read by the grammar that Alertmanager has since 0.27 (any UTF-8, Go's quoting); what that refuses or reads otherwise
/// is read the older way (label names of `[a-zA-Z_:]`, OpenMetrics' escapes, spurious backslashes kept), so a file that
/// any Alertmanager takes means the same here.
package enum MatcherParser {
    package static func parse(_ text: String) throws(AlertingError) -> [Matcher] {
        guard text.utf8.count <= AlertingLimits.matchersBytesMax else {
            throw AlertingError(.invalid, "matchers are at most \(AlertingLimits.matchersBytesMax) bytes")
        }
        let classic = try? ClassicMatcherParser.parse(text)
        let result: [Matcher]
        do {
            var parser = UTF8MatcherParser(text)
            let modern = try parser.parse()
            result = classic ?? modern
        } catch {
            guard let classic else { throw error }
            result = classic
        }
        guard result.count <= AlertingLimits.matchersMax else {
            throw AlertingError(.invalid, "at most \(AlertingLimits.matchersMax) matchers, not \(result.count)")
        }
        return result
    }

    static func matcher(
        _ name: String, _ operation: Matcher.Operation, _ value: String
    ) throws(AlertingError) -> Matcher {
        do { return try Matcher(name, operation, value) } catch {
            throw AlertingError(.invalid, "\(quoted(value)) is no regular expression: \(error.reason)")
        }
    }
}

extension [Matcher] {
    package func matches(_ labels: [String: String]) -> Bool {
        allSatisfy { $0.matches(labels[$0.name] ?? "") }
    }

    /// As Alertmanager writes a set of matchers into the key of a route.
    package var keyText: String { "{" + map(\.keyText).joined(separator: ",") + "}" }
}

extension Matcher {
    /// As Alertmanager writes it, and both grammars read it: OpenMetrics' escapes only, unlike `description`.
    package var keyText: String {
        // Scalar by scalar: a letter before or behind may make one character of itself and a quotation mark.
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\", "\"": escaped += "\\\(scalar)"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return (LabelName.isLegacyMetricName(name) ? name : quoted(name)) + operation.rawValue + "\"\(escaped)\""
    }

    /// Alertmanager's order within a route: name, value, operation.
    package static func inKeyOrder(_ left: Matcher, _ right: Matcher) -> Bool {
        func rank(_ operation: Operation) -> Int {
            switch operation {
            case .equal: 0
            case .notEqual: 1
            case .matches: 2
            case .notMatches: 3
            }
        }
        return (left.name, left.value, rank(left.operation)) < (right.name, right.value, rank(right.operation))
    }
}
