package import Alerting
package import Basics
package import SignalModel

/// What a person is woken by: alerts of one kind in one place, how far it has climbed, and all that happened.
package struct Page: Sendable, Hashable, Codable {
    package enum Status: String, Sendable, Hashable, Codable {
        case open, acknowledged, snoozed, resolved
        /// Alerts fire, and every one of them is silenced or inhibited.
        case silenced
    }

    /// Derived from the journal's sequence, so the same history gives the same ids.
    package var id: String
    package var groupKey: String
    package var groupLabels: [String: String]
    package var severity: Severity
    package var title: String
    package var status = Status.open
    package var openedAtMilliseconds: Int64
    package var closedAtMilliseconds: Int64?
    /// Firing now, by fingerprint.
    package var firing: GradualDictionary<String, AlertBook.Alert> = [:]
    /// Ended, at most `endedMax`.
    package var ended: [AlertBook.Alert] = []
    /// Levels paged so far.
    package var level = 0
    /// How often paging began anew: after a snooze, after a silence.
    package var episode: Int {
        get { storedEpisode ?? 0 }
        set { storedEpisode = newValue }
    }
    private var storedEpisode: Int?
    /// Fingerprints of alerts that fire and are silenced or inhibited.
    package var suppressed: Set<String> {
        get { storedSuppressed ?? [] }
        set { storedSuppressed = newValue.isEmpty ? nil : newValue }
    }
    private var storedSuppressed: Set<String>?
    package var nextLevelAtMilliseconds: Int64?
    package var leadAtMilliseconds: Int64?
    package var snoozedUntilMilliseconds: Int64?
    package var acknowledgedBy: String?
    package var acknowledgedAtMilliseconds: Int64?
    /// Everywhere a firing message went: they hear of the end.
    package var told: [ChannelReference] = []
    package var timeline: [TimelineEntry] = []
    /// Who was told where, on which level; nil: nobody.
    var heard: Set<String>?
    /// What far ends that keep one message a page call it, by place; nil: none.
    var posted: [String: String]?
    package var watch = PageWatch()

    static let endedMax = 100
    static let timelineMax = 1000

    package init(
        id: String, groupKey: String, groupLabels: [String: String], severity: Severity, title: String,
        openedAtMilliseconds: Int64
    ) {
        self.id = id
        self.groupKey = groupKey
        self.groupLabels = groupLabels
        self.severity = severity
        self.title = title
        self.openedAtMilliseconds = openedAtMilliseconds
    }

    static func posting(_ place: ChannelReference) -> String { "\(place.channel)/\(place.address)" }
    static func hearing(_ page: Page, _ place: ChannelReference) -> String {
        "\(page.level)/\(page.episode)/\(place.channel)/\(place.address)"
    }

    package var isOpen: Bool { status != .resolved }

    /// When something is to happen to it by itself; nil: never.
    var nextTimerMilliseconds: Int64? {
        // Of what is quiet nobody is told.
        let told =
            watch.heldUntilMilliseconds ?? [nextLevelAtMilliseconds, leadAtMilliseconds].compactMap { $0 }.min()
        return [told, snoozedUntilMilliseconds, watch.silentUntilMilliseconds].compactMap { $0 }.min()
    }

    /// Moves an alert to those that have ended, of which the newest stay.
    mutating func end(_ alerts: [AlertBook.Alert]) {
        ended.append(contentsOf: alerts.suffix(Self.endedMax))
        if ended.count > Self.endedMax { ended.removeFirst(ended.count - Self.endedMax) }
    }

    mutating func log(_ time: Int64, _ kind: TimelineEntry.Kind, _ text: String, actor: String = "") {
        // The first entries say how it began; the newest how it goes: the middle gives way.
        if timeline.count >= Self.timelineMax { timeline.remove(at: Self.timelineMax / 2) }
        timeline.append(TimelineEntry(atMilliseconds: time, kind: kind, text: text, actor: actor))
    }
}

package struct TimelineEntry: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case opened, alertFired, alertEnded, announced, paged, delivered, deliveryFailed, acknowledged, snoozed
        case snoozeEnded, note, lead, resolved, severityRaised, silenced, silenceEnded
        /// The next level was asked for; another channel took over; a quota kept a page back.
        case escalated, fellBack, heldBack
        /// Something was changed on purpose where the page is.
        case change
        /// The sender of an alert went away without a word.
        case noData
        /// It goes on and off, and is held open.
        case flapping
    }

    package var atMilliseconds: Int64
    package var kind: Kind
    package var text: String
    /// Who did it; empty for Signalbox itself.
    package var actor: String
}
