import Basics
import GoTemplates
import PromQL
import SignalModel

@testable import Rules

/// Short ways to write rules in tests.
enum RuleFixtures {
    static func alerting(
        _ name: String, _ expression: String, hold: Duration = .zero, keepFiring: Duration = .zero,
        labels: [String: String] = [:], annotations: [String: String] = [:]
    ) throws -> Rule {
        .alerting(
            AlertingRule(
                name: name, expression: try PromQLParser.parse(expression), hold: hold, keepFiring: keepFiring,
                labels: try Self.labels(labels, name), annotations: try Self.labels(annotations, name)))
    }

    static func recording(_ name: String, _ expression: String, labels: [String: String] = [:]) throws -> Rule {
        .recording(
            RecordingRule(
                name: name, expression: try PromQLParser.parse(expression), labels: try Self.labels(labels, name)))
    }

    static func labels(_ pairs: [String: String], _ name: String) throws -> [RuleLabel] {
        try pairs.sorted { $0.key < $1.key }.map {
            RuleLabel($0.key, try Template($0.value, name: "__alert_\(name)"))
        }
    }

    static func group(
        _ rules: [Rule], name: String = "g", file: String = "rules.yaml", interval: Duration = .seconds(60),
        offset: Duration = .zero, limit: Int = 0
    ) -> RuleGroup {
        RuleGroup(name: name, file: file, interval: interval, queryOffset: offset, limit: limit, rules: rules)
    }
}

func labels(_ pairs: (String, String)...) -> Labels { Labels(pairs.map { ($0.0, $0.1) }) }
func minutes(_ count: Int) -> Timestamp { Timestamp(milliseconds: 1_700_000_040_000 + Int64(count) * 60_000) }
