package import Basics

/// What a rule or a sender says about one alert at one time. Repeated while it fires.
package struct ObservedAlert: Sendable, Hashable {
    /// Identity: equal label sets are the same alert. Carries `alertname`, `severity` and the rest.
    package var labels: Labels
    package var annotations: Labels
    package var startsAt: Timestamp
    /// When the alert ended, or will be taken as ended unless observed again.
    package var endsAt: Timestamp
    /// Where the expression can be looked at; absolute URL or empty.
    package var generatorURL: String

    package init(
        labels: Labels, annotations: Labels, startsAt: Timestamp, endsAt: Timestamp, generatorURL: String
    ) {
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.generatorURL = generatorURL
    }
}
