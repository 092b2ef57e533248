package import Basics

/// A channel that posts as a Slack app: one message a page, edited as the page changes, with buttons.
package struct SlackAppSettings: Sendable, Hashable {
    /// `xoxb-…`.
    package var botToken: Secret
    /// Signs what Slack sends when a button is pressed.
    package var signingSecret: Secret
    /// Where messages go that name no person: `#alerts` or `C…`.
    package var channel: String
    /// Slack's API, without a trailing slash.
    package var url: String

    package static let urlDefault = "https://slack.com/api"

    package init(
        botToken: Secret, signingSecret: Secret, channel: String, url: String = SlackAppSettings.urlDefault
    ) {
        self.botToken = botToken
        self.signingSecret = signingSecret
        self.channel = channel
        self.url = url
    }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] {
        var problems: [String] = []
        for (key, secret) in [("bot_token", botToken), ("signing_secret", signingSecret)]
        where secret.isEmpty || !HeaderRule.isValue(secret.revealed) {
            problems.append("\(key): is empty or holds characters that it cannot")
        }
        if channel.isEmpty || !HeaderRule.isValue(channel) { problems.append("channel: needs a name or an id") }
        problems += WebURL.problems(url, key: "url")
        return problems
    }
}
