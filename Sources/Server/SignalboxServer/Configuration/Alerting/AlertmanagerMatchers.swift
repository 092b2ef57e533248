import Alerting
import Basics
import SignalModel

/// Matchers as an Alertmanager file writes them: `matchers` and the older `match` and `match_re`.
enum AlertmanagerMatchers {
    /// `prefix` is empty for a route, `source_` and `target_` for an inhibition rule.
    static func read(_ reader: inout MappingReader, prefix: String) -> [Matcher] {
        var result: [Matcher] = []
        for entry in reader["\(prefix)match"]?.stringPairs() ?? [] {
            if let matcher = try? Matcher(entry.name, .equal, entry.value) { result.append(matcher) }
        }
        for entry in reader["\(prefix)match_re"]?.stringPairs() ?? [] {
            do { result.append(try Matcher(entry.name, .matches, entry.value)) } catch {
                entry.node.note("\(quoted(entry.value)) is no regular expression: \(error.reason)")
            }
        }
        for node in reader["\(prefix)matchers"]?.list() ?? [] {
            guard let text = node.string() else { continue }
            do { result += try MatcherParser.parse(text) } catch { node.note("\(node.path): \(error.message)") }
        }
        return result
    }
}

extension ConfigurationNode {
    /// Names and texts of a mapping, with their places. Numbers and booleans stand for their text.
    fileprivate func stringPairs() -> [(name: String, value: String, node: ConfigurationNode)] {
        guard var reader = mapping() else { return [] }
        return reader.all().compactMap { entry in entry.value.labelValue().map { (entry.name, $0, entry.value) } }
    }
}
