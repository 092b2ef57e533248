import Basics
import Notifiers
import SignalModel

extension PagingSettings.Person {
    /// Where a channel of this kind reaches the person; nil when that is not known.
    func address(in channel: ChannelSettings) -> String? {
        switch channel {
        // Without an address mail goes to the channel's own recipients.
        case .email: email
        case .voice, .sms: phone.isEmpty ? nil : phone
        case .slackApp: slack.isEmpty ? nil : slack
        // The name to sign in with.
        case .push: id
        case .webhook, .slack, .pagerDuty, .teams: ""
        }
    }

    /// Whether a page of this severity is tried by some contact without a wait.
    func isTriedAtOnce(_ severity: Severity) -> Bool {
        let meant = contacts.filter { $0.severities?.contains(severity) ?? true }
        let used = meant.isEmpty ? contacts : meant
        return used.isEmpty || used.contains { $0.after == nil }
    }
}

extension ChannelSettings {
    /// What a person needs to be reached by it, as the paging file calls it.
    var addressKey: String {
        switch self {
        case .voice, .sms: "phone"
        case .slackApp: "slack"
        case .email: "email"
        case .webhook, .slack, .pagerDuty, .teams, .push: "address"
        }
    }

    /// Reaches one person, and nobody without a name.
    var isPersonal: Bool {
        switch self {
        case .voice, .sms, .push: true
        case .webhook, .slack, .slackApp, .email, .pagerDuty, .teams: false
        }
    }

    /// The key under which it stands in the paging file.
    package var kind: String {
        switch self {
        case .webhook: "webhook"
        case .slack, .slackApp: "slack"
        case .email: "email"
        case .pagerDuty: "pagerduty"
        case .teams: "teams"
        case .voice: "voice"
        case .sms: "sms"
        case .push: "push"
        }
    }
}
