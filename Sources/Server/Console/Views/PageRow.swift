import Basics
import Response

/// A page as one line of a list.
struct PageRow: Sendable, Hashable {
    let id: String
    let pageTitle: String
    let severity: SeverityText
    let status: StatusText
    let opened: TimeText
    let closed: TimeText?
    /// Where: the labels that made it one page, without the alert's name.
    let place: [LabelView]
    /// `paged: Ann, Bob`, `acknowledged by ann`
    let who: String?
    let next: NextStep?
    let firingText: String?
    let mayAcknowledge: Bool
    let marks: [PageMark]

    init(_ page: Page, _ state: OperationsState, now: Timestamp, mayRespond: Bool) {
        id = page.id
        pageTitle = page.title
        severity = SeverityText(page.severity)
        status = StatusText(page.status)
        opened = TimeText(milliseconds: page.openedAtMilliseconds, now: now)
        closed = page.closedAtMilliseconds.map { TimeText(milliseconds: $0, now: now) }
        place = LabelView.list(page.groupLabels, without: ["alertname"])
        next = page.isOpen ? NextStep(page, state, now: now) : nil
        firingText = page.firing.isEmpty ? nil : FigureText.count(page.firing.count, "alert") + " firing"
        mayAcknowledge = mayRespond && page.status == .open
        who = Self.who(page, state)
        marks = PageMark.list(page, state.configuration, now: now)
    }

    static func who(_ page: Page, _ state: OperationsState) -> String? {
        let configuration = state.configuration
        switch page.status {
        case .open:
            // Who it was then, whoever has the duty now.
            let pagedAt = page.timeline.last { $0.kind == .paged }?.atMilliseconds ?? page.openedAtMilliseconds
            let people = NextStep.people(ofLevel: page.level, of: page, state, at: pagedAt)
            return people.isEmpty ? nil : "paged at level \(page.level): \(people)"
        case .acknowledged: return page.acknowledgedBy.map { "acknowledged by \(NextStep.name($0, configuration))" }
        case .snoozed: return page.acknowledgedBy.map { "snoozed by \(NextStep.name($0, configuration))" }
        case .silenced: return page.timeline.last { $0.kind == .silenced }?.text
        case .resolved:
            let closing = page.timeline.last { $0.kind == .resolved }
            guard let closing, !closing.actor.isEmpty else { return nil }
            return "resolved by \(NextStep.name(closing.actor, configuration))"
        }
    }
}
