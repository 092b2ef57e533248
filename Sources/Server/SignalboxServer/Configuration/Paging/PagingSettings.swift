package import Notifiers
package import Response
package import SignalModel
package import WireFormats

/// The paging file: who there is, how they are reached, and who is told what, when. Names in it are checked: a level
/// names people that exist, a person's contacts name channels that exist.
package struct PagingSettings: Sendable, Hashable {
    package struct Person: Sendable, Hashable {
        /// The key under `people:`.
        package var id: String
        package var name: String
        package var email: String
        /// Slack's member id.
        package var slack: String
        package var phone: String
        /// In the order in which they are tried.
        package var contacts: [Contact]
    }

    package struct Contact: Sendable, Hashable {
        /// The key under `channels:`.
        package var channel: String
        /// Within the channel: a mail address, a number; empty for a channel with one destination.
        package var address: String
        /// Tried only when the page is still nobody's after so long; nil: at once.
        package var after: Duration?
        /// Used for these only; nil: for all.
        package var severities: Set<Severity>?
    }

    package struct Team: Sendable, Hashable {
        /// The key under `teams:`, and the value of the alert label `team`.
        package var id: String
        package var name: String
        /// People, by key.
        package var members: [String]
        /// A person, or whoever is on call: `schedule:NAME`.
        package var lead: String?
        /// What it answers for: its lead is theirs.
        package var services: [String]
    }

    package struct Level: Sendable, Hashable {
        package var people: [String]
        /// Unacknowledged for this long, the next level is paged; nil: as the severity's policy says.
        package var wait: Duration?
    }

    package struct SeverityPolicy: Sendable, Hashable {
        /// Unacknowledged for this long the first level is paged; nil: nobody is.
        package var pageAfter: Duration?
        /// Unacknowledged for this long a level gives way to the next.
        package var levelWait: Duration?
        /// Told in the announcing channels when it begins and ends.
        package var announces: Bool?
        /// Acknowledged later than this counts against the team.
        package var acknowledgeWithin: Duration?
    }

    package var people: [Person] = []
    package var teams: [Team] = []
    package var channels: [String: ChannelSettings] = [:]
    /// By channel, which other one takes over for it.
    package var fallbacks: [String: String] = [:]
    /// Only what the file overrides.
    package var quotas: [DeliveryPolicy.Meter: [Severity: [DeliveryPolicy.Quota]]] = [:]
    package var schedules: [ScheduleSettings] = []
    package var maintenance: [MaintenanceWindow] = []
    /// Of people, and of whoever is on call: `schedule:NAME`.
    package var levels: [Level] = []
    /// Also paged with level 2 of a P0.
    package var secondary: String?
    /// Paged when a page is unresolved for `leadAfter`, acknowledged or not.
    package var lead: String?
    package var leadAfter: Duration?
    /// An alert that still fires this long after its page was resolved by hand opens a new one.
    package var reopenAfter: Duration?
    /// Only what the file overrides.
    package var policy: [Severity: SeverityPolicy] = [:]
    package var announce: [String] = []
    /// Labels that make alerts one page; nil: the standard ones.
    package var groupBy: [String]?
    /// A silence that would hold back more alerts at once must be confirmed; nil: the standard number.
    package var silencedAlertsMax: Int?
    /// What other alerting systems send.
    package var events = EventSettings()
    package var watch = WatchSettings()
    /// Told when Signalbox itself cannot do its work: channels, by key.
    package var selfAlarm: [String] = []

    package init() {}
}
