package import Basics
package import SignalModel

/// What a sender says once about one alert. Nothing is repeated: an alert fires until an event says otherwise.
package struct AlertEvent: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable { case trigger, acknowledge, resolve }

    package var action: Action
    /// What makes two events one alert's, within their sender; empty where the labels do.
    package var dedupKey: String
    /// With `alertname` and, where the sender says how bad it is, `severity`. Empty for a key that is only
    /// acknowledged or resolved.
    package var labels: Labels
    package var annotations: Labels
    /// As the sender says; nil: now.
    package var startsAt: Timestamp?
    package var endedAt: Timestamp?
    /// Where it can be looked at; absolute URL or empty.
    package var url: String

    package init(
        _ action: Action, dedupKey: String = "", labels: Labels = .empty, annotations: Labels = .empty,
        startsAt: Timestamp? = nil, endedAt: Timestamp? = nil, url: String = ""
    ) {
        self.action = action
        self.dedupKey = dedupKey
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endedAt = endedAt
        self.url = url
    }
}

/// What one request said: the events that are good, and by name the fields of those that are not.
package struct AlertEvents: Sendable, Hashable {
    package var events: [AlertEvent] = []
    /// Each names its place: `alerts[3].labels: …`.
    package var problems: [String] = []

    package init(_ events: [AlertEvent] = [], problems: [String] = []) {
        self.events = events
        self.problems = problems
    }
}

/// Bounds on what one event may hold.
package enum EventLimits {
    /// A larger body is refused; PagerDuty's own limit.
    package static let pagerDutyBodyBytesMax = 512 << 10
    /// A larger body of a webhook is refused.
    package static let bodyBytesMax = 4 << 20
    /// Events of one request; the rest is refused.
    package static let eventsMax = 10_000
    /// Longer keys are refused: cut, two alerts would be one.
    package static let dedupKeyBytesMax = 255
    /// The same of Opsgenie's, whose own limit it is.
    package static let aliasBytesMax = 512
    /// Labels of one alert; one with more is refused.
    package static let labelsMax = 64
    /// Longer texts are cut.
    package static let labelValueBytesMax = 512
    package static let annotationBytesMax = 8 << 10
    /// Problems that an answer names; more are only counted.
    package static let problemsMax = 20
}
