package import Basics
package import SignalModel

extension TimeSeriesDatabase: SampleSource {
    package func select(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) throws -> [any SelectedSeries] {
        guard from <= through else { return [] }
        var found = head.select(matchers, from.milliseconds...through.milliseconds)
        if sorted { found.sort { LabelOrder.precedes($0.labels.packed, $1.labels.packed) } }
        return found
    }

    package func labelNames(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] {
        guard from <= through else { return [] }
        return head.labelNames(matchers, from.milliseconds...through.milliseconds)
    }

    package func labelValues(
        _ name: String, _ matchers: [Matcher], from: Timestamp, through: Timestamp
    ) throws -> [String] {
        guard from <= through else { return [] }
        return head.labelValues(name, matchers, from.milliseconds...through.milliseconds)
    }
}
