package import Basics

/// A channel that posts to a Teams channel through a Workflows webhook ("When a Teams webhook request is received").
package struct TeamsSettings: Sendable, Hashable {
    /// Whole URL; its signature lets whoever knows it post, so it is a secret.
    package var webhookURL: Secret

    package init(webhookURL: Secret) { self.webhookURL = webhookURL }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] { WebURL.problems(webhookURL.revealed, key: "webhook_url") }
}
