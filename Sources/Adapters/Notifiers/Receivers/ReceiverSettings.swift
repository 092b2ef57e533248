package import Basics
package import GoTemplates
package import Ingest

/// One integration of an Alertmanager receiver.
package struct ReceiverIntegration: Sendable, Hashable {
    package var settings: ReceiverSettings
    /// `http_config`; nil: as channels send.
    package var http: HTTPClientSettings?

    package init(_ settings: ReceiverSettings, http: HTTPClientSettings? = nil) {
        self.settings = settings
        self.http = http
    }
}

/// How the texts of a group become a message, and where that goes.
package enum ReceiverSettings: Sendable, Hashable {
    case webhook(WebhookSettings)
    case slack(SlackReceiver)
    case email(EmailReceiver)
    case pagerDuty(PagerDutyReceiver)
    case teams(TeamsReceiver)
    case teamsConnector(TeamsConnectorReceiver)
    case discord(DiscordReceiver)
    case opsgenie(OpsgenieReceiver)
    case pushover(PushoverReceiver)
    case sns(SNSReceiver)
    case telegram(TelegramReceiver)
    case victorOps(VictorOpsReceiver)
    case webex(WebexReceiver)

    /// Nil for those that are told in another way.
    var http: (any HTTPReceiver)? {
        switch self {
        case .webhook, .email: nil
        case .slack(let receiver): receiver
        case .pagerDuty(let receiver): receiver
        case .teams(let receiver): receiver
        case .teamsConnector(let receiver): receiver
        case .discord(let receiver): receiver
        case .opsgenie(let receiver): receiver
        case .pushover(let receiver): receiver
        case .sns(let receiver): receiver
        case .telegram(let receiver): receiver
        case .victorOps(let receiver): receiver
        case .webex(let receiver): receiver
        }
    }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] {
        switch self {
        case .webhook(let settings): settings.problems
        case .email(let receiver): receiver.server.problems
        default: http?.problems ?? []
        }
    }
}

/// `slack_configs`. The texts are templates.
package struct SlackReceiver: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package var title: NotificationTemplate
        package var value: NotificationTemplate
        package var isShort: Bool

        package init(title: NotificationTemplate, value: NotificationTemplate, isShort: Bool) {
            self.title = title
            self.value = value
            self.isShort = isShort
        }
    }

    /// A button.
    package struct Action: Sendable, Hashable {
        /// By Slack's names: `type`, `text`, `url` …
        package var texts: [String: NotificationTemplate]
        /// What it asks before, by the same.
        package var confirmation: [String: NotificationTemplate]?

        package init(texts: [String: NotificationTemplate], confirmation: [String: NotificationTemplate]?) {
            self.texts = texts
            self.confirmation = confirmation
        }
    }

    /// Whoever knows it can post.
    package var url: Secret
    /// By Slack's names: `title`, `text`, `color` …
    package var texts: [String: NotificationTemplate]
    package var fields: [Field]
    package var actions: [Action]
    package var linksNames: Bool
    package var markdownIn: [String]

    package init(
        url: Secret, texts: [String: NotificationTemplate], fields: [Field], actions: [Action], linksNames: Bool,
        markdownIn: [String]
    ) {
        self.url = url
        self.texts = texts
        self.fields = fields
        self.actions = actions
        self.linksNames = linksNames
        self.markdownIn = markdownIn
    }
}

/// `email_configs`. The texts are templates.
package struct EmailReceiver: Sendable, Hashable {
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: NotificationTemplate

        package init(name: String, value: NotificationTemplate) {
            self.name = name
            self.value = value
        }
    }

    package var server: EmailSettings
    package var to: NotificationTemplate
    /// Subject included.
    package var headers: [Header]
    package var html: NotificationTemplate
    package var text: NotificationTemplate

    package init(
        server: EmailSettings, to: NotificationTemplate, headers: [Header], html: NotificationTemplate,
        text: NotificationTemplate
    ) {
        self.server = server
        self.to = to
        self.headers = headers
        self.html = html
        self.text = text
    }
}
