package import Alerting
package import Basics
package import SignalModel

/// One message to one place, decided by the state machine and carried out by an adapter.
package struct Notification: Sendable, Hashable, Codable {
    /// Stable over retries and restarts, so that a duplicate delivery can be recognised at the far end.
    package var key: String
    package var channel: ChannelReference
    package var kind: Kind
    package var subject: Subject
    /// When the state machine decided to send it.
    package var decidedAtMilliseconds: Int64
    /// What the far end calls the message that this one replaces, where a channel keeps one message a page.
    package var posted: String?
    /// What a receiver of an Alertmanager file is told; nil for everything else.
    package var group: GroupNotification?

    package enum Kind: String, Sendable, Hashable, Codable {
        /// Somebody must act: escalates until acknowledged.
        case page
        /// For information: a team channel, or e-mail for P3.
        case announcement
        case acknowledged
        case resolved
        /// About Signalbox itself: a channel fails for good, a page could not be delivered.
        case selfAlarm
        /// One person goes off call and another comes on: what the one knows is to be passed on.
        case handOver
        /// Something that a lead or a team should know and nobody must act on now: `text` says it.
        case notice
        /// A group of alerts, to a receiver of an Alertmanager file: `group` says all.
        case group
    }

    package init(
        key: String, channel: ChannelReference, kind: Kind, subject: Subject, decidedAt: Timestamp,
        group: GroupNotification? = nil
    ) {
        self.key = key
        self.channel = channel
        self.kind = kind
        self.subject = subject
        decidedAtMilliseconds = decidedAt.milliseconds
        self.group = group
    }
}

/// Where a notification goes: a configured channel, and for personal ones the address within it.
package struct ChannelReference: Sendable, Hashable, Codable {
    /// The key under `channels:` in paging.yaml.
    package var channel: String
    /// A person's e-mail address or number; empty for a channel that has one destination.
    package var address: String
    /// The person paged; empty for a team channel.
    package var person: String

    package init(channel: String, address: String = "", person: String = "") {
        self.channel = channel
        self.address = address
        self.person = person
    }
}

/// What the notification is about, complete enough to be written without asking the state machine again.
package struct Subject: Sendable, Hashable, Codable {
    /// The page's id; empty for a self alarm.
    package var pageID: String
    package var severity: Severity
    /// One line: what is wrong, where.
    package var title: String
    package var status: Status
    /// At most `AlertingLimits.notificationAlertsMax`, the oldest.
    package var alerts: [AlertSnapshot]
    /// Alerts of the page that are not among them; nil: none.
    package var alertsLeftOut: Int?
    /// Labels and annotations that all alerts share.
    package var commonLabels: [String: String]
    package var commonAnnotations: [String: String]
    /// The grouping that made this one page, as Alertmanager's `groupLabels`.
    package var groupLabels: [String: String]
    /// Escalation level of a page, from 1; 0 otherwise.
    package var level: Int
    /// Who acknowledged, resolved or noted; empty when nobody did.
    package var actor: String
    /// Absolute URL of the page in the console.
    package var url: String
    /// Free text of a self alarm or a note.
    package var text: String

    package enum Status: String, Sendable, Hashable, Codable { case firing, acknowledged, resolved }

    package init(
        pageID: String, severity: Severity, title: String, status: Status, alerts: [AlertSnapshot] = [],
        commonLabels: [String: String] = [:], commonAnnotations: [String: String] = [:],
        groupLabels: [String: String] = [:], level: Int = 0, actor: String = "", url: String = "", text: String = ""
    ) {
        self.pageID = pageID
        self.severity = severity
        self.title = title
        self.status = status
        self.alerts = alerts
        self.commonLabels = commonLabels
        self.commonAnnotations = commonAnnotations
        self.groupLabels = groupLabels
        self.level = level
        self.actor = actor
        self.url = url
        self.text = text
    }
}

/// One alert as it stood when the notification was decided.
package struct AlertSnapshot: Sendable, Hashable, Codable {
    package var labels: [String: String]
    package var annotations: [String: String]
    package var startsAtMilliseconds: Int64
    /// Zero while firing.
    package var endsAtMilliseconds: Int64
    package var generatorURL: String
    /// Sixteen hex digits over the label set.
    package var fingerprint: String

    package init(
        labels: [String: String], annotations: [String: String], startsAtMilliseconds: Int64,
        endsAtMilliseconds: Int64, generatorURL: String, fingerprint: String
    ) {
        self.labels = labels
        self.annotations = annotations
        self.startsAtMilliseconds = startsAtMilliseconds
        self.endsAtMilliseconds = endsAtMilliseconds
        self.generatorURL = generatorURL
        self.fingerprint = fingerprint
    }
}

/// What became of one attempt.
package enum DeliveryResult: Sendable, Hashable, Codable {
    case delivered
    /// Delivered; the far end calls it `reference`, and later messages of the page may replace it.
    case posted(reference: String)
    /// Taken by a provider that says later what became of it. Unconfirmed for so long, it counts as failed.
    case accepted(reference: String, confirmWithinMilliseconds: Int64)
    /// Worth another try (network, 5xx, 429), not before `retryAfterMilliseconds` when the far end said so.
    case retry(reason: String, retryAfterMilliseconds: Int64?)
    /// Will not get better by trying again (revoked webhook, unknown recipient): the owner is alarmed.
    case permanent(reason: String)
}

/// What a provider's callback says of a message it accepted.
package enum ConfirmationStatus: String, Sendable, Hashable, Codable {
    case underWay, delivered, failed
}

/// A channel's way out. One attempt a call; retries, order and bookkeeping are the state machine's.
///
/// Called concurrently for different notifications. Must return within `NotifierLimits.attemptTimeout`;
/// a reason must never hold a secret (webhook URL, password).
package protocol Notifier: Sendable {
    func deliver(_ notification: Notification) async -> DeliveryResult
}

package enum NotifierLimits {
    /// An attempt that takes longer counts as failed and is retried.
    package static let attemptTimeout = Duration.seconds(10)
}
