import Alerting
import Basics
import Response
import SignalModel

/// A page with all that is known of it.
struct PageView: Sendable {
    struct Earlier: Sendable {
        let earlierID: String
        let earlierOpened: TimeText
        let earlierLasted: String
    }

    /// Alerts written out at most; a storm's rest is counted.
    private static let alertsMax = 200
    private static let earlierMax = 10

    let now: Int64
    let row: PageRow
    let tabTitle: String
    let isPageOpen: Bool
    let isUnacknowledged: Bool
    let mayRespond: Bool
    let isStillFiring: Bool
    /// What escalating by hand does; nil where nobody is left to page.
    let escalationText: String?
    let reopenText: String
    let acknowledged: TimeText?
    let acknowledgedByName: String?
    let snoozedUntil: TimeText?
    let lasted: String?
    let alerts: [AlertView]
    let unlistedAlerts: String?
    let deliveries: [DeliveryRow]
    let hasDeliveries: Bool
    let timeline: [TimelineRow]
    let earlier: [Earlier]
    let hasEarlier: Bool
    let earlierText: String
    /// Proposes a silence of what the page is about.
    let silenceLink: String
    let noteMax = PageActions.noteCharactersMax

    init(_ page: Page, _ state: OperationsState, now: Timestamp, mayRespond: Bool) {
        self.now = now.milliseconds
        row = PageRow(page, state, now: now, mayRespond: mayRespond)
        tabTitle = "\(page.severity.rawValue) \(page.title)"
        let match = page.groupLabels.sorted { $0.key < $1.key }
            .map { (LabelName.isLegacy($0.key) ? $0.key : quoted($0.key)) + "=" + quoted($0.value) }
        silenceLink = "/silences/new?match=" + QueryText.encode(match.joined(separator: ", "))
        isPageOpen = page.isOpen
        isUnacknowledged = page.status == .open
        self.mayRespond = mayRespond
        isStillFiring = page.isOpen && !page.firing.isEmpty
        let next = NextStep.people(ofLevel: page.level + 1, of: page, state, at: now.milliseconds)
        let isTaken = page.status == .open ? "" : " The page counts as unacknowledged again."
        escalationText = next.isEmpty ? nil : "\(next) is paged at once, level \(page.level + 1).\(isTaken)"
        reopenText = DurationWords.short(.milliseconds(state.configuration.reopenAfterMilliseconds))
        acknowledged = page.acknowledgedAtMilliseconds.map { TimeText(milliseconds: $0, now: now) }
        acknowledgedByName = page.acknowledgedBy.map { NextStep.name($0, state.configuration) }
        snoozedUntil = page.snoozedUntilMilliseconds.map { TimeText(milliseconds: $0, now: now) }
        lasted = page.closedAtMilliseconds.map {
            DurationWords.short(.milliseconds($0 - page.openedAtMilliseconds))
        }
        let firing = page.firing.values.sorted { $0.fingerprint < $1.fingerprint }
        let ended = page.ended.reversed().prefix(max(0, Self.alertsMax - firing.count))
        alerts =
            firing.prefix(Self.alertsMax).map { AlertView($0, isFiring: true, now: now) }
            + ended.map { AlertView($0, isFiring: false, now: now) }
        let unlisted = firing.count + page.ended.count - alerts.count
        unlistedAlerts = unlisted > 0 ? FigureText.count(unlisted, "more alert") : nil
        deliveries = DeliveryRow.list(page, state, now: now)
        hasDeliveries = !deliveries.isEmpty
        timeline = page.timeline.reversed().map { TimelineRow($0, state.configuration, now: now) }
        let before = state.closed.filter { $0.groupKey == page.groupKey && $0.id != page.id }
        earlier = before.suffix(Self.earlierMax).reversed().map { other in
            let end = other.closedAtMilliseconds ?? now.milliseconds
            return Earlier(
                earlierID: other.id, earlierOpened: TimeText(milliseconds: other.openedAtMilliseconds, now: now),
                earlierLasted: DurationWords.short(.milliseconds(end - other.openedAtMilliseconds)))
        }
        hasEarlier = !before.isEmpty
        earlierText = FigureText.count(before.count, "time") + " before"
    }
}
