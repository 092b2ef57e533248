import Alerting
import Basics
import Response
import SignalModel

/// What would happen to an alert of some labels that began to fire now: who hears of it, when and why.
struct ExplainView: Sendable {
    struct Line: Sendable {
        let lineReceiver: String
        let lineRoute: String
        let lineIntegrations: String
        let lineTells: TimeText?
        let lineWhen: String
        let lineReason: String
        let lineRepeats: String?
        let lineGroup: String
        let lineMuted: String?
    }

    struct Step: Sendable {
        let stepAt: TimeText
        let stepWhen: String
        let stepWhat: String
    }

    let tabTitle = "What would happen"
    let labelsText: String
    let problem: String?
    let isExplained: Bool
    let severity: SeverityText?
    let isSeverityAssumed: Bool
    /// Why nobody would hear of it.
    let held: [String]
    let isHeld: Bool
    /// Silences that match and do not count, and why.
    let idle: [String]
    let lines: [Line]
    let hasLines: Bool
    let hasRouting: Bool
    let joinedPage: String?
    let steps: [Step]
    let hasSteps: Bool

    init(labels text: String, problem: String?, _ explanation: Explanation?, _ state: OperationsState, now: Timestamp)
    {
        labelsText = text
        self.problem = problem
        isExplained = explanation != nil
        severity = explanation.map { SeverityText($0.severity) }
        isSeverityAssumed = explanation?.isSeverityAssumed ?? false
        held = explanation.map { Self.held($0, state, now: now) } ?? []
        isHeld = !held.isEmpty
        idle = (explanation?.idleSilences ?? [:]).sorted { $0.key < $1.key }.map { id, why in
            "\(quoted(state.routing.silences.silences[id]?.comment ?? id)): \(why)"
        }
        hasRouting = state.routing.configuration != nil
        lines = (explanation?.routes ?? []).map { line in
            Line(
                lineReceiver: line.receiver, lineRoute: line.route,
                lineIntegrations: line.integrations.joined(separator: ", "),
                lineTells: line.tellsAtMilliseconds.map { TimeText(milliseconds: $0, now: now) },
                lineWhen: line.tellsAtMilliseconds.map { Self.when($0, now) } ?? "", lineReason: line.reason,
                lineRepeats: line.tellsAtMilliseconds == nil
                    ? nil : "every " + DurationWords.short(.milliseconds(line.repeatsEveryMilliseconds)),
                lineGroup: line.membersCount == 0
                    ? "a new group" : "a group of \(FigureText.count(line.membersCount, "alert")) that fire already",
                lineMuted: line.mutedBy.isEmpty ? nil : line.mutedBy.joined(separator: ", "))
        }
        hasLines = !lines.isEmpty
        joinedPage = explanation?.page
        steps = (explanation?.steps ?? []).map {
            Step(
                stepAt: TimeText(milliseconds: $0.atMilliseconds, now: now),
                stepWhen: Self.when($0.atMilliseconds, now), stepWhat: $0.text)
        }
        hasSteps = !steps.isEmpty
    }

    private static func when(_ milliseconds: Int64, _ now: Timestamp) -> String {
        milliseconds <= now.milliseconds ? "at once" : TimeText(milliseconds: milliseconds, now: now).relative
    }

    private static func held(_ explanation: Explanation, _ state: OperationsState, now: Timestamp) -> [String] {
        let silences = explanation.suppression.silencedBy.map { id -> String in
            guard let silence = state.routing.silences.silences[id] else { return "silenced" }
            let end = TimeText(milliseconds: silence.endsAtMilliseconds, now: now)
            return
                "silenced by \(NextStep.name(silence.createdBy, state.configuration)), \(quoted(silence.comment)); "
                + "that ends \(end.relative)"
        }
        let inhibitors = explanation.suppression.inhibitedBy.map { fingerprint -> String in
            let labels = state.alerts.firing[fingerprint]?.labels ?? [:]
            return "inhibited by " + (labels.isEmpty ? fingerprint : Self.text(labels)) + ", which fires"
        }
        return silences + inhibitors
    }

    /// `alertname="Down", cluster="a"`, as the form takes it.
    static func text(_ labels: [String: String]) -> String {
        let name = ["alertname"].filter { labels[$0] != nil }
        let others = labels.keys.filter { $0 != "alertname" }.sorted()
        return (name + others).map {
            (LabelName.isLegacy($0) ? $0 : quoted($0)) + "=" + quoted(labels[$0] ?? "")
        }.joined(separator: ", ")
    }

    static func link(_ labels: [String: String]) -> String { "/explain?labels=" + QueryText.encode(text(labels)) }
}
