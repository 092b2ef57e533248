import Basics
import Response
import Rules

/// States and kinds of objectives in words.
enum BudgetText {
    static func tone(_ state: BudgetPolicyState) -> String {
        switch state {
        case .normal: "ok"
        case .caution, .criticalFixesOnly: "warn"
        case .frozen: "bad"
        }
    }

    static func words(_ state: BudgetPolicyState) -> String {
        switch state {
        case .normal: "normal"
        case .caution: "caution"
        case .criticalFixesOnly: "critical fixes only"
        case .frozen: "frozen"
        }
    }

    static func kind(_ kind: ObjectiveKind) -> String {
        switch kind {
        case .requestAvailability: "availability, by requests"
        case .timeAvailability: "availability, by minutes"
        case .errorRate: "errors"
        case .latency: "latency"
        }
    }

    static func tone(_ verdict: GateDecision.Verdict) -> String {
        switch verdict {
        case .allow: "ok"
        case .caution: "warn"
        case .blocked: "bad"
        case .unknown: "quiet"
        }
    }

    static func gate(_ verdict: GateDecision.Verdict) -> String {
        switch verdict {
        case .allow: "Gate open"
        case .caution: "Gate open, with care"
        case .blocked: "Gate shut"
        case .unknown: "Gate cannot tell"
        }
    }

    static func window(_ window: ObjectiveWindow) -> String {
        switch window {
        case .rolling(let length): DurationWords.short(length) + ", rolling"
        case .calendar(let period, let zone): "a calendar \(period.unit.rawValue) in \(zone.name)"
        }
    }

    static func target(_ share: Double) -> String { ShareText.text(share) }
}
