package import Basics

/// A channel that posts to a Slack incoming webhook, or to a receiver that speaks its form.
package struct SlackSettings: Sendable, Hashable {
    /// `https://hooks.slack.com/services/…`: whoever knows it can post, so it is a secret.
    package var webhookURL: Secret

    package init(webhookURL: Secret) { self.webhookURL = webhookURL }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] { WebURL.problems(webhookURL.revealed, key: "webhook_url") }
}
