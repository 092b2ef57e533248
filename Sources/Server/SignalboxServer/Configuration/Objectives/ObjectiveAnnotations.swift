import Basics
import Rules
import SignalModel

/// What OpenSLO has no words for, as annotations `signalbox/…` of an SLO.
struct ObjectiveAnnotations {
    static let names: Set<String> = [
        "kind", "burn-alerts", "short-window", "minimum-bad-events", "budget-policy", "thaw", "minimum-coverage",
        "decides-deployments",
    ]

    /// More burn alerts are refused.
    private static let burnAlertsMax = 16

    private let nodes: [String: ConfigurationNode]

    init(_ document: OpenSLODocument) { nodes = document.annotations }

    var kind: ObjectiveKind? { nodes["kind"]?.choice(ObjectiveKind.self) }

    var minimumBadEvents: Int? {
        guard let node = nodes["minimum-bad-events"] else { return nil }
        guard let count = node.scalarText.flatMap({ Int($0) }), (0...1_000_000).contains(count) else {
            node.expected("a number of events")
            return nil
        }
        return count
    }

    /// `P0 14.4 1h 5m; P2 3 1d 2h`: severity, factor, long and short window. Nil when nothing is said.
    func burnAlerts(window: Duration) -> [BurnAlert]? {
        guard let node = nodes["burn-alerts"], let text = node.scalarText else { return nil }
        if text == "standard" { return BurnAlert.standard(window: window) }
        if text == "none" { return [] }
        let parts = text.split(separator: ";")
        if parts.isEmpty || parts.count > Self.burnAlertsMax {
            node.expected("standard, none, or up to \(Self.burnAlertsMax) such as P0 14.4 1h 5m; P2 3 1d 2h")
            return nil
        }
        return parts.compactMap { part in
            let words = part.split(separator: " ").map(String.init)
            guard words.count == 3 || words.count == 4, let severity = Severity(rawValue: words[0]),
                let factor = Double(words[1]), factor > 0, factor.isFinite,
                let long = Self.duration(words[2])
            else {
                node.note(
                    "\(quoted(part.description)) must be a severity, a factor, a long and a short window, "
                        + "as in P0 14.4 1h 5m")
                return nil
            }
            let short = words.count == 4 ? Self.duration(words[3]) : nil
            if words.count == 4, short == nil || short ?? long > long {
                node.note("\(quoted(words[3])) must be a window no longer than \(words[2]), as 5m")
                return nil
            }
            return BurnAlert(severity: severity, long: long, short: short, factor: factor)
        }
    }

    /// Whole minutes.
    static func duration(_ text: String) -> Duration? {
        guard let milliseconds = try? DurationText.milliseconds(text), milliseconds >= 60_000,
            milliseconds % 60_000 == 0
        else { return nil }
        return .milliseconds(milliseconds)
    }

    var shortWindow: Duration? {
        guard let node = nodes["short-window"] else { return nil }
        guard let window = node.scalarText.flatMap(Self.duration) else {
            node.expected("a window of whole minutes, as 5m")
            return nil
        }
        return window
    }

    var policy: BudgetPolicy {
        var policy = BudgetPolicy()
        if let node = nodes["budget-policy"] {
            let edges = (node.scalarText ?? "").split(separator: " ").compactMap { Self.percentage(String($0)) }
            if edges.count == 3, edges[0] > 0, edges[0] < edges[1], edges[1] < edges[2], edges[2] <= 10 {
                (policy.caution, policy.criticalFixesOnly, policy.frozen) = (edges[0], edges[1], edges[2])
            } else {
                node.expected(
                    "the shares at which caution, critical fixes only and the freeze begin, as 50% 75% 100%")
            }
        }
        if let node = nodes["thaw"] {
            let words = (node.scalarText ?? "").split(separator: " ").map(String.init)
            if words.count == 2, let margin = Self.percentage(words[0]), margin < policy.caution,
                let hold = words[1] == "0" ? .zero : Self.duration(words[1]), hold <= .seconds(86_400)
            {
                (policy.thawMargin, policy.thawHold) = (margin, hold)
            } else {
                node.expected("how far below its begin, and for how long up to 1d, a state is left, as 5% 1h")
            }
        }
        if let node = nodes["minimum-coverage"] {
            if let share = node.scalarText.flatMap(Self.percentage), share <= 1 {
                policy.minimumCoverage = share
            } else {
                node.expected("a share of the window, as 10%")
            }
        }
        if let node = nodes["decides-deployments"] {
            switch node.scalarText {
            case "true": policy.decides = true
            case "false": policy.decides = false
            default: node.expected("true or false")
            }
        }
        return policy
    }

    /// `50%`, as a share; zero or more.
    private static func percentage(_ text: String) -> Double? {
        guard text.hasSuffix("%"), let number = Double(text.dropLast()), number >= 0, number.isFinite else {
            return nil
        }
        return number / 100
    }
}
