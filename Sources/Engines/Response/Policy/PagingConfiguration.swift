package import SignalModel

/// Who there is, how they are reached, and the policy by which pages climb. Durations in milliseconds, because
/// this is part of the journal.
package struct PagingConfiguration: Sendable, Hashable, Codable {
    package struct Contact: Sendable, Hashable, Codable {
        package var channel: String
        package var address: String
        /// Tried only when the page is still nobody's after so long; nil: at once.
        package var afterMilliseconds: Int64?
        /// Used for these only; nil: for all.
        package var severities: Set<Severity>?
        package init(
            channel: String, address: String, afterMilliseconds: Int64? = nil, severities: Set<Severity>? = nil
        ) {
            self.channel = channel
            self.address = address
            self.afterMilliseconds = afterMilliseconds
            self.severities = severities
        }
    }

    package struct Person: Sendable, Hashable, Codable {
        package var name: String
        package var contacts: [Contact]
        /// By channel, where it could be reached although no contact says so: when a channel takes over for another.
        package var addresses: [String: String]?
        package init(name: String, contacts: [Contact], addresses: [String: String]? = nil) {
            self.name = name
            self.contacts = contacts
            self.addresses = addresses
        }
    }

    package struct Level: Sendable, Hashable, Codable {
        package var people: [String]
        /// Unacknowledged for this long, the next level is paged; nil: as the severity's policy says.
        package var waitMilliseconds: Int64?
        package init(people: [String], waitMilliseconds: Int64? = nil) {
            self.people = people
            self.waitMilliseconds = waitMilliseconds
        }
    }

    package var people: [String: Person] = [:]
    package var levels: [Level] = []
    /// Paged too with level 2 of a P0.
    package var secondary: String?
    /// Told when a page is unresolved for too long, acknowledged or not.
    package var lead: String?
    /// Who hears of what is decided about a service in place of `lead`, by service.
    package var serviceLeads: [String: String]?
    /// Channels, by key, that hear of every page that its severity announces.
    package var announce: [String] = []
    /// Channels, by key, that hear when Signalbox itself cannot do its work.
    package var owners: [String] = []
    /// Channels that send mail: the only ones P3 uses.
    package var mailChannels: Set<String> = []
    package var groupBy = PagingConfiguration.standardGroupBy
    package var policies: [Severity: SeverityPolicy] = SeverityPolicy.standard
    /// An alert that still fires this long after its page was resolved by hand opens a new page.
    package var reopenAfterMilliseconds: Int64 = 1_800_000
    /// A silence that would hold back more alerts at once must say that it is meant to; nil: the default.
    package var silencedAlertsMax: Int?
    /// Without a trailing slash.
    package var externalURL = ""
    package var delivery = DeliveryPolicy()
    package var watch = WatchPolicy()

    package static let standardGroupBy = ["alertname", "cluster", "environment", "service"]

    package init() {}

    func lead(ofService service: String) -> String? { serviceLeads?[service] ?? lead }

    func policy(_ severity: Severity) -> SeverityPolicy {
        policies[severity] ?? SeverityPolicy.standard[severity] ?? SeverityPolicy()
    }
}

/// What a severity means for people.
package struct SeverityPolicy: Sendable, Hashable, Codable {
    /// Unacknowledged for this long, level 1 is paged; nil: never.
    package var pageAfterMilliseconds: Int64?
    /// Unacknowledged for this long, a level gives way to the next.
    package var levelWaitMilliseconds: Int64 = 900_000
    /// Team channels are told when it begins and ends.
    package var announces = true
    /// Level 1 is told by mail when it begins and ends, and nothing else happens.
    package var mailsOnly = false
    package var acknowledgeWithinMilliseconds: Int64?
    /// Unresolved for this long, the lead is told, acknowledged or not.
    package var leadAfterMilliseconds: Int64?

    package init() {}

    /// Requirements: P0 at once, P1 after 5 min, P2 after 15 min unacknowledged, P3 by mail; P0 and P1 to be
    /// acknowledged within 15 min; the lead after 30 min unresolved; 5 min a level for P0, 15 otherwise.
    package static let standard: [Severity: SeverityPolicy] = {
        let minute: Int64 = 60_000
        var p0 = SeverityPolicy()
        p0.pageAfterMilliseconds = 0
        p0.levelWaitMilliseconds = 5 * minute
        p0.acknowledgeWithinMilliseconds = 15 * minute
        p0.leadAfterMilliseconds = 30 * minute
        var p1 = SeverityPolicy()
        p1.pageAfterMilliseconds = 5 * minute
        p1.acknowledgeWithinMilliseconds = 15 * minute
        p1.leadAfterMilliseconds = 30 * minute
        var p2 = SeverityPolicy()
        p2.pageAfterMilliseconds = 15 * minute
        p2.leadAfterMilliseconds = 30 * minute
        var p3 = SeverityPolicy()
        p3.announces = false
        p3.mailsOnly = true
        return [.p0: p0, .p1: p1, .p2: p2, .p3: p3]
    }()
}
