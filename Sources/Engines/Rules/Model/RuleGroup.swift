private import Basics

/// Rules evaluated one after the other at one rhythm, each seeing what the ones before it stored.
package struct RuleGroup: Sendable, Hashable {
    package var name: String
    /// Path of the file it came from; name and file together identify a group.
    package var file: String
    /// At least a millisecond.
    package var interval: Duration
    /// How far in the past expressions are evaluated and results stored, so that late samples are in.
    package var queryOffset: Duration
    /// Series or alerts one rule may yield; more fail the rule. Zero: as many as there are.
    package var limit: Int
    /// Labels of the group are in here already.
    package var rules: [Rule]

    /// `labels` are added to every rule that does not set them itself.
    package init(
        name: String, file: String, interval: Duration, queryOffset: Duration = .zero, limit: Int = 0,
        labels: [RuleLabel] = [], rules: [Rule]
    ) {
        precondition(interval.milliseconds > 0, "a rule group's interval is positive")
        self.name = name
        self.file = file
        self.interval = interval
        self.queryOffset = queryOffset
        self.limit = limit
        self.rules = rules.map { $0.inheriting(labels) }
    }

    package var key: RuleGroupKey { RuleGroupKey(file: file, name: name) }
}

package struct RuleGroupKey: Sendable, Hashable {
    package var file: String
    package var name: String

    package init(file: String, name: String) {
        self.file = file
        self.name = name
    }
}
