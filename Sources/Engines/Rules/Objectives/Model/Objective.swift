package import Basics
package import SignalModel

/// What is promised of a service, and what is done about it when it is not kept.
package struct Objective: Sendable, Hashable {
    /// Unique; lower-case letters, digits, `-` and `.`.
    package var name: String
    package var displayName: String
    package var service: String
    package var description: String
    /// On its alerts and series: `team`, `environment` and the like.
    package var labels: Labels
    package var kind: ObjectiveKind
    package var indicator: Indicator
    package var method: BudgetingMethod
    /// Above zero and below one.
    package var target: Double
    package var window: ObjectiveWindow
    package var burnAlerts: [BurnAlert]
    /// A burn alert needs so many bad events in its long window: at ten requests an hour one failure is no fire.
    package var minimumBadEvents: Int
    package var policy: BudgetPolicy
    /// FILE:LINE:COLUMN, for messages.
    package var place: String

    package init(
        name: String, displayName: String = "", service: String, description: String = "", labels: Labels = .empty,
        kind: ObjectiveKind, indicator: Indicator, method: BudgetingMethod = .occurrences, target: Double,
        window: ObjectiveWindow, burnAlerts: [BurnAlert], minimumBadEvents: Int = standardMinimumBadEvents,
        policy: BudgetPolicy = BudgetPolicy(), place: String = ""
    ) {
        self.name = name
        self.displayName = displayName
        self.service = service
        self.description = description
        self.labels = labels
        self.kind = kind
        self.indicator = indicator
        self.method = method
        self.target = target
        self.window = window
        self.burnAlerts = burnAlerts
        self.minimumBadEvents = minimumBadEvents
        self.policy = policy
        self.place = place
    }

    package static let standardMinimumBadEvents = 5

    /// Of all its burn alerts, shortest first.
    var burnWindows: [Duration] {
        Set(burnAlerts.flatMap { [$0.long] + ($0.short.map { [$0] } ?? []) }).sorted()
    }

    /// What is counted, as a text: another one means counts of another kind.
    package var countedText: String { "\(method.text) \(indicator.text)" }
    /// What is promised, as a text: another one is another version.
    package var promiseText: String { "\(PlainDecimal.text(target)) over \(window.text), \(countedText)" }
}

/// How the budget is counted.
package enum BudgetingMethod: Sendable, Hashable {
    /// Every event counts.
    case occurrences
    /// Every minute counts; it is good when this share of its events is, or when it has none.
    case timeSlices(target: Double)

    package var text: String {
        switch self {
        case .occurrences: "events"
        case .timeSlices(let target): "minutes with \(PlainDecimal.text(target)) good"
        }
    }
}

/// Where good and bad events are counted.
package enum Indicator: Sendable, Hashable {
    /// Good or bad ones, and all.
    case ratio(Part, CountedSum, total: CountedSum, reading: Reading)
    /// Observations of histograms that are at most `threshold`, and all.
    case threshold(CountedSum, threshold: Double)

    package enum Part: String, Sendable, Hashable { case good, bad }

    package enum Reading: String, Sendable, Hashable {
        /// Samples only grow; events are their growth.
        case counter
        /// Samples are events themselves, as of a probe that says 0 or 1.
        case gauge
    }

    /// All that is counted of series.
    var sums: [CountedSum] {
        switch self {
        case .ratio(_, let sum, let total, _): [sum, total]
        case .threshold(let sum, _): [sum]
        }
    }

    package var text: String {
        switch self {
        case .ratio(let part, let sum, let total, let reading):
            "\(reading.rawValue): \(part.rawValue) \(sum) of \(total)"
        case .threshold(let sum, let threshold): "\(sum) <= \(PlainDecimal.text(threshold))"
        }
    }
}

extension ObjectiveWindow {
    package var text: String {
        switch self {
        case .rolling(let length): "\(DurationText.text(milliseconds: length.milliseconds)) rolling"
        case .calendar(let period, let zone): "calendar \(period.unit.rawValue) in \(zone.name)"
        }
    }
}
