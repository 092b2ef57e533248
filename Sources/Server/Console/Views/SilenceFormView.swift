import Alerting
import Basics
import Response
import SignalModel

/// A silence that is about to be made: what it says, and what it would hold back.
struct SilenceFormView: Sendable {
    struct Choice: Sendable {
        let minutes: Int
        let words: String
        let isChosen: Bool
    }

    struct Held: Sendable {
        let heldSeverity: SeverityText
        let heldName: String
        let heldLabels: [LabelView]
    }

    static let minutesDefault = 60
    /// Longer is a rule to change, not a silence.
    static let minutesMax = 30 * 24 * 60
    static let commentCharactersMax = 1000
    static let choices: [(Int, String)] = [
        (30, "30 min"), (60, "1 hour"), (240, "4 hours"), (480, "8 hours"), (1440, "1 day"), (4320, "3 days"),
        (10_080, "1 week"),
    ]

    let tabTitle = "New silence"
    let matchText: String
    let comment: String
    let commentMax = Self.commentCharactersMax
    let durations: [Choice]
    let problem: String?
    /// Whether the matchers could be read, so that there is something to see.
    let isPreviewed: Bool
    let held: [Held]
    let hasHeld: Bool
    let heldCount: Int
    let heldText: String
    let unlistedText: String?
    let p0Text: String?
    /// More than a silence may hold back without saying so.
    let isWide: Bool

    init(
        match: String, minutes: Int, comment: String, problem: String?, preview: SilencePreview?,
        _ state: OperationsState
    ) {
        matchText = match
        self.comment = comment
        self.problem = problem
        durations = Self.choices.map { Choice(minutes: $0.0, words: $0.1, isChosen: $0.0 == minutes) }
        isPreviewed = preview != nil
        held = (preview?.alerts ?? []).map { alert in
            Held(
                heldSeverity: SeverityText(alert.labels["severity"].flatMap(Severity.init(rawValue:)) ?? .p2),
                heldName: alert.labels["alertname"] ?? "alert",
                heldLabels: LabelView.list(alert.labels, without: ["alertname", "severity"]))
        }
        hasHeld = !held.isEmpty
        heldCount = preview?.alertCount ?? 0
        let of = preview.map { FigureText.count($0.firingCount, "alert") } ?? ""
        heldText =
            heldCount == 0
            ? "Nothing that fires now matches." : "Matches \(FigureText.grouped(heldCount)) of \(of) that fire now:"
        let rest = heldCount - held.count
        unlistedText = rest > 0 ? "and " + FigureText.count(rest, "more alert") : nil
        let p0 = preview?.p0Count ?? 0
        p0Text = p0 > 0 ? FigureText.count(p0, "P0") : nil
        isWide = heldCount > state.silencedAlertsMax
    }
}
