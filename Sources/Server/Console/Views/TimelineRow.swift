import Basics
import Response

/// One thing that happened to a page.
struct TimelineRow: Sendable, Hashable {
    let at: TimeText
    let what: String
    /// Class and icon.
    let kindTone: String
    let entryText: String?
    let actorName: String?

    init(_ entry: TimelineEntry, _ configuration: PagingConfiguration, now: Timestamp) {
        at = TimeText(milliseconds: entry.atMilliseconds, now: now)
        (what, kindTone) = Self.words(entry.kind)
        let isDelivery = entry.kind == .delivered || entry.kind == .deliveryFailed
        entryText = entry.text.isEmpty ? nil : isDelivery ? DeliveryRow.readable(entry.text) : entry.text
        actorName = entry.actor.isEmpty ? nil : NextStep.name(entry.actor, configuration)
    }

    private static func words(_ kind: TimelineEntry.Kind) -> (String, String) {
        switch kind {
        case .opened: ("Opened", "burning")
        case .alertFired: ("Alert fired", "burning")
        case .alertEnded: ("Alert ended", "over")
        case .announced: ("Announced", "told")
        case .paged: ("Paged", "told")
        case .delivered: ("Delivered", "told")
        case .deliveryFailed: ("Not delivered", "failed")
        case .acknowledged: ("Acknowledged", "held")
        case .snoozed: ("Snoozed", "snoozed")
        case .snoozeEnded: ("Snooze over", "burning")
        case .silenced: ("Silenced", "snoozed")
        case .silenceEnded: ("Silence over", "burning")
        case .note: ("Note", "note")
        case .lead: ("Lead told", "told")
        case .resolved: ("Resolved", "over")
        case .change: ("Changed", "note")
        case .noData: ("No data", "failed")
        case .flapping: ("Flapping", "snoozed")
        case .severityRaised: ("Severity raised", "burning")
        case .escalated: ("Escalated", "burning")
        case .fellBack: ("Another channel", "told")
        case .heldBack: ("Held back", "snoozed")
        }
    }
}
