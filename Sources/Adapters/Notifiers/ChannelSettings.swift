/// One entry under `channels:` of the paging file.
package enum ChannelSettings: Sendable, Hashable {
    case webhook(WebhookSettings)
    case slack(SlackSettings)
    case slackApp(SlackAppSettings)
    case email(EmailSettings)
    case pagerDuty(PagerDutySettings)
    case teams(TeamsSettings)
    case voice(TwilioSettings)
    case sms(TwilioSettings)
    case push(PushSettings)

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] {
        switch self {
        case .webhook(let settings): settings.problems
        case .slack(let settings): settings.problems
        case .slackApp(let settings): settings.problems
        case .email(let settings): settings.problems
        case .pagerDuty(let settings): settings.problems
        case .teams(let settings): settings.problems
        case .voice(let settings), .sms(let settings): settings.problems
        case .push(let settings): settings.problems
        }
    }
}
