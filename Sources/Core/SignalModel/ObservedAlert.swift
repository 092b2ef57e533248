package import Basics

/// What a rule or a sender says about one alert at one time. Repeated while it fires.
package struct ObservedAlert: Sendable, Hashable {
    /// Identity: equal label sets are the same alert. Carries `alertname`, `severity` and the rest.
    package var labels: Labels
    package var annotations: Labels
    package var startsAt: Timestamp
    /// When the alert ended, or will be taken as ended unless observed again.
    package var endsAt: Timestamp
    package static let untilTold = Timestamp(milliseconds: untilToldMilliseconds)
    /// The end of an alert whose sender does not repeat it and will say when it is over: the last second of the year
    /// 9999, which every format can write.
    package static let untilToldMilliseconds: Int64 = 253_402_300_799_000

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
