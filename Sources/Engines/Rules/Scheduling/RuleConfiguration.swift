package import SignalModel

/// All rules and what they share, as one version of the configuration has them.
package struct RuleConfiguration: Sendable {
    /// Keys are unique.
    package var groups: [RuleGroup]
    /// Added to alerts that do not carry them.
    package var externalLabels: Labels
    package var externalURL: String

    package init(groups: [RuleGroup], externalLabels: Labels = .empty, externalURL: String) {
        self.groups = groups
        self.externalLabels = externalLabels
        self.externalURL = externalURL
    }
}
