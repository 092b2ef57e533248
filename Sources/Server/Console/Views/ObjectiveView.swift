import Alerting
import Basics
import HTTPAPI
import Response
import Rules
import SignalModel

/// One objective: how its budget went, with what was deployed and what went wrong; what an outage would do.
struct ObjectiveView: Sendable {
    struct Event: Sendable {
        let eventAt: TimeText
        let eventKind: String
        let eventTone: String
        let eventText: String
        let eventHref: String?
    }

    struct Rate: Sendable {
        let rateWindow: String
        let rateText: String
        let rateBad: String
    }

    let now: Int64
    let tabTitle: String
    let objectiveName: String
    let serviceName: String
    let summary: String
    let stateTone: String
    let stateText: String
    let consumedText: String
    let countsText: String
    let coverageText: String
    let easesAt: TimeText?
    let problem: String?
    let picture: BurnDownPicture
    let pictureText: String
    /// The picture's beginning lacks its curve up to then.
    let noDataBefore: String?
    let fromText: TimeText
    let toText: TimeText
    let worstText: String?
    let worstShare: String?
    let worstLeaves: TimeText?
    let rates: [Rate]
    let hasRates: Bool
    let events: [Event]
    let hasEvents: Bool
    let outageMinutes: String
    let outageText: String
    let outageTone: String
    let outageNotes: [String]

    static let outageStandard = 30
    static let outageMax = 43_200
    private static let eventsMax = 100

    init(
        _ burn: BurnDown, _ state: OperationsState, outage: Int, now: Timestamp
    ) {
        let standing = burn.standing
        self.now = now.milliseconds
        tabTitle = standing.objective
        objectiveName = standing.objective
        serviceName = standing.service
        summary =
            "\(BudgetText.target(standing.target)), \(BudgetText.kind(standing.kind)), over \(BudgetText.window(standing.window))"
        stateTone = BudgetText.tone(standing.policyState)
        stateText = BudgetText.words(standing.policyState)
        consumedText = DeployGate.percent(standing.consumed)
        countsText =
            "\(FigureText.grouped(Int(clamping: standing.badCount))) bad of "
            + FigureText.grouped(Int(clamping: standing.totalCount))
        coverageText = DeployGate.percent(standing.coverage)
        easesAt = standing.easesAt.map { TimeText(milliseconds: $0.milliseconds, now: now) }
        problem = standing.problem
        let (from, to) = (burn.from, burn.to)
        let curve = burn.curve
        let values = curve.map(\.consumed)
        // What happened since the last minute was counted stands at the edge.
        let end = max(to, now.milliseconds)
        let deploys = Self.deploys(standing.service, state, from: from, to: end)
        let incidents = Self.incidents(standing.service, state, from: from, to: end)
        picture = BurnDownPicture(
            curve.map { ($0.end.milliseconds, $0.consumed) }, standing.policy, from: from, to: to,
            deploys: deploys.map { ($0.at, $0.text) },
            incidents: incidents.map { ($0.from, $0.to, $0.text) })
        pictureText =
            "Budget spent, from \(DeployGate.percent(values.first ?? 0)) to \(DeployGate.percent(values.last ?? 0)), "
            + "at most \(DeployGate.percent(values.max() ?? 0)); \(FigureText.count(deploys.count, "change")) and "
            + FigureText.count(incidents.count, "incident")
        noDataBefore =
            curve.count == burn.points.count
            ? nil : curve.first.map { TimeText(milliseconds: $0.start.milliseconds, now: now).absolute }
        fromText = TimeText(milliseconds: from, now: now)
        toText = TimeText(milliseconds: to, now: now)
        let worst = burn.worstHour
        worstText = worst.map {
            "\(TimeText(milliseconds: $0.start.milliseconds, now: now).absolute.prefix(16)) UTC: "
                + "\(FigureText.grouped(Int($0.bad))) bad"
        }
        worstShare = worst.map { DeployGate.percent($0.share) }
        worstLeaves = worst.map { TimeText(milliseconds: $0.leavesAt.milliseconds, now: now) }
        rates = standing.burnRates.map {
            Rate(
                rateWindow: DurationWords.short($0.window), rateText: FigureText.significant($0.rate) + "×",
                rateBad:
                    "\(FigureText.grouped(Int(clamping: $0.badCount))) of \(FigureText.grouped(Int(clamping: $0.totalCount)))"
            )
        }
        hasRates = !rates.isEmpty
        events = Self.events(deploys, incidents, now: now)
        hasEvents = !events.isEmpty
        outageMinutes = String(outage)
        let forecast = OutageText(burn, minutes: outage)
        outageTone = forecast.tone
        outageText = forecast.answer
        outageNotes = forecast.assumptions
    }

    private struct Deploy {
        var at: Int64
        var text: String
    }

    private struct Incident {
        /// Nil: its page is not there any more.
        var id: String?
        var from: Int64
        var to: Int64
        var isOpen: Bool
        var text: String
    }

    /// Changes of the service: through the gate, or announced otherwise.
    private static func deploys(_ service: String, _ state: OperationsState, from: Int64, to: Int64) -> [Deploy] {
        state.changes.changes.filter {
            $0.labels["service"] == service && $0.atMilliseconds >= from && $0.atMilliseconds <= to
        }.map { Deploy(at: $0.atMilliseconds, text: $0.summary) }
    }

    private static func incidents(_ service: String, _ state: OperationsState, from: Int64, to: Int64) -> [Incident] {
        let all = state.open.values.map { ($0, true) } + state.closed.map { ($0, false) }
        let pages = all.compactMap { page, isOpen -> Incident? in
            let end = page.closedAtMilliseconds ?? to
            guard !page.watch.isDrill, end >= from, page.openedAtMilliseconds <= to else { return nil }
            let of =
                page.groupLabels["service"]
                ?? (page.ended + page.firing.values).lazy.compactMap { $0.labels["service"] }.first
            guard of == service else { return nil }
            return Incident(
                id: page.id, from: page.openedAtMilliseconds, to: end, isOpen: isOpen,
                text: "\(page.severity.rawValue) \(page.title)")
        }
        // What pages are no more kept at hand is remembered of P0s and P1s.
        let known = Set(all.map(\.0.id))
        let remembered = state.agreements.pages.filter { page in
            page.service == service && !known.contains(page.id) && page.openedAtMilliseconds <= to
                && page.closedAtMilliseconds ?? to >= from
        }.map { page in
            Incident(
                id: nil, from: page.openedAtMilliseconds, to: page.closedAtMilliseconds ?? to, isOpen: false,
                text: "\(page.severity.rawValue) \(page.title)")
        }
        return (pages + remembered).sorted { $0.from < $1.from }
    }

    private static func events(_ deploys: [Deploy], _ incidents: [Incident], now: Timestamp) -> [Event] {
        let all =
            deploys.map { deploy in
                (
                    deploy.at,
                    Event(
                        eventAt: TimeText(milliseconds: deploy.at, now: now), eventKind: "change", eventTone: "quiet",
                        eventText: deploy.text, eventHref: nil)
                )
            }
            + incidents.map { incident in
                (
                    incident.from,
                    Event(
                        eventAt: TimeText(milliseconds: incident.from, now: now),
                        eventKind: incident.isOpen ? "incident, open" : "incident",
                        eventTone: incident.isOpen ? "bad" : "warn", eventText: incident.text,
                        eventHref: incident.id.map { "/alerts/\($0)" })
                )
            }
        return all.sorted { $0.0 > $1.0 }.prefix(eventsMax).map(\.1)
    }
}
