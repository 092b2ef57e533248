package import SignalModel

/// A metric that log records make: how many match, or how a number among their fields is distributed.
package struct LogMetricRule: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// `name_total`: records that match.
        case counter
        /// `name_bucket`, `name_sum` and `name_count` of a field's numbers; ascending upper bounds, without +Inf.
        case histogram(field: String, bounds: [Double])
    }

    /// One label and the field whose first value it takes; a record without the field makes a series without it.
    package struct Label: Sendable, Hashable {
        package var name: String
        package var field: String

        package init(name: String, field: String) {
            self.name = name
            self.field = field
        }
    }

    /// Without the endings of its kind.
    package var name: String
    package var kind: Kind
    package var indices: [String]
    package var filter: LogFilter
    package var labels: [Label]

    package init(
        name: String, kind: Kind, indices: [String] = [], filter: LogFilter, labels: [Label] = []
    ) {
        self.name = name
        self.kind = kind
        self.indices = indices
        self.filter = filter
        self.labels = labels
    }
}
