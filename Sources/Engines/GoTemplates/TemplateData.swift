package import Basics
package import SignalModel

/// What an alert's templates see.
package struct TemplateData: Sendable {
    var labels: [String: String]
    var externalLabels: [String: String]
    var externalURL: String
    var value: Double

    /// `labels` are those of the expression's element, the metric name included.
    package init(labels: Labels, externalLabels: Labels, externalURL: String, value: Double) {
        self.labels = TemplateSample(labels: labels, value: value).labels
        self.externalLabels = TemplateSample(labels: externalLabels, value: value).labels
        self.externalURL = externalURL
        self.value = value
    }

    var record: TemplateValue {
        .record([
            "Labels": .labels(labels), "ExternalLabels": .labels(externalLabels), "ExternalURL": .string(externalURL),
            "Value": .float(value),
        ])
    }
}

/// What templates may ask for beyond their data.
package struct TemplateEnvironment: Sendable {
    package var externalURL: String
    /// Runs one instant query at the evaluation's time; called at most `TemplateLimits.queriesMax` times an expansion.
    package var query: @Sendable (String) throws -> [TemplateSample]
    /// The rules of a zone by its IANA name; nil: there is none of that name.
    package var zone: @Sendable (String) -> ZoneRules? = { _ in nil }

    package init(externalURL: String, query: @escaping @Sendable (String) throws -> [TemplateSample]) {
        self.externalURL = externalURL
        self.query = query
    }
}
