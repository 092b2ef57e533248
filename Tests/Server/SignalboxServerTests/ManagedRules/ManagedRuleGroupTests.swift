import Basics
import Rules
import Testing

@testable import SignalboxServer

@Suite("Rule groups of the API")
struct ManagedRuleGroupTests {
    private static func metrics(evaluation seconds: Int, offset: Int) -> MetricsSettings {
        var metrics = MetricsSettings()
        metrics.evaluationInterval = .seconds(seconds)
        metrics.ruleQueryOffset = .seconds(offset)
        return metrics
    }

    @Test(
        "what a group leaves open follows the configuration, what it sets stays",
        arguments: [
            ("", 30, 5), ("interval: 15s\n", 15, 5), ("query_offset: 1m\n", 30, 60),
            ("interval: 15s\nquery_offset: 0s\n", 15, 0),
        ])
    func defaults(_ settings: String, _ interval: Int, _ offset: Int) throws {
        let made = try ManagedRuleGroup(
            "name: g\n\(settings)rules: []\n", in: "n", Self.metrics(evaluation: 60, offset: 0))
        let group = made.group(with: Self.metrics(evaluation: 30, offset: 5))
        #expect(group.key == RuleGroupKey(file: "n", name: "g"))
        #expect(group.interval == .seconds(interval))
        #expect(group.queryOffset == .seconds(offset))
    }

    @Test(
        "the text that is kept reads as the same group, however it was written",
        arguments: [
            #"{"name": "g", "rules": [{"record": "a:b", "expr": "1", "labels": {"n": "007", "t": "true", "e": ""}}]}"#,
            "name: g\nrules:\n- alert: 'No'\n  expr: |\n    up\n      == 0\n  annotations: {text: \"a: b # c\\n\"}\n",
            "# spoken of\nname: \"1\"\ninterval: 1m30s\nlimit: 5\nrules:\n- {record: x, expr: 1}\n",
        ])
    func text(_ sent: String) throws {
        let metrics = Self.metrics(evaluation: 60, offset: 0)
        let first = try ManagedRuleGroup(sent, in: "n", metrics)
        let second = try ManagedRuleGroup(first.text, in: "n", metrics)
        #expect(second.group == first.group)
        #expect(second.text == first.text)
    }

    @Test(
        "a namespace without a name, too long a one or one with control characters is refused",
        arguments: ["", String(repeating: "n", count: 257), "a\nb"])
    func names(_ namespace: String) {
        #expect(throws: ConfigurationError.self) {
            try ManagedRuleGroup("name: g\nrules: []\n", in: namespace, MetricsSettings())
        }
    }
}
