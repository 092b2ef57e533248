import Basics
import Response
import Rules

/// What an outage would do, in words.
struct OutageText: Sendable {
    let answer: String
    let tone: String
    /// What it takes for granted, and what to think of it.
    let assumptions: [String]

    /// Data for less of the window than this is worth a word.
    private static let coverageWhole = 0.95

    init(_ burn: BurnDown, minutes: Int) {
        let standing = burn.standing
        let outage = "\(FigureText.count(minutes, "minute")) in which everything fails"
        guard let forecast = OutageForecast(burn, minutes: Int64(minutes)) else {
            answer = "\(outage): it cannot be told, as the window has no traffic"
            tone = BudgetText.tone(standing.policyState)
            assumptions = []
            return
        }
        answer =
            "\(outage): \(DeployGate.percent(forecast.consumed)) spent, \(BudgetText.words(forecast.state))"
        tone = BudgetText.tone(forecast.state)
        var isRolling = false
        if case .rolling = standing.window { isRolling = true }
        let unit = standing.kind == .timeAvailability ? "minutes" : "events"
        var notes = [
            "Taken for granted: \(FigureText.significant(forecast.eventsPerMinute)) \(unit) a minute, the average of "
                + "the minutes with data"
                + (isRolling
                    ? ", while what is oldest leaves the window." : ". Nothing leaves before the window ends.")
        ]
        if forecast.minutesCounted < Int64(minutes) {
            let counted = FigureText.count(Int(forecast.minutesCounted), "minute")
            notes.append("Only \(counted) of it would lie in the window.")
        }
        if forecast.coverage < Self.coverageWhole {
            notes.append(
                "The window would have data for \(DeployGate.percent(forecast.coverage)), so its budget is small and an "
                    + "outage weighs much. In a window full of such traffic this one spends "
                    + "\(DeployGate.percent(forecast.shareOfFullWindow)).")
            if forecast.coverage < standing.policy.minimumCoverage {
                let least = DeployGate.percent(standing.policy.minimumCoverage)
                notes.append("Until data covers \(least), no state but normal begins.")
            }
        }
        assumptions = notes
    }
}
