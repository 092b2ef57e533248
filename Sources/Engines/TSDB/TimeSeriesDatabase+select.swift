package import Basics
package import SignalModel

extension TimeSeriesDatabase: SampleSource {
    package func select(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) throws -> [any SelectedSeries] {
        guard from <= through else { return [] }
        let found = head.select(matchers, from.milliseconds...through.milliseconds)
        guard sorted else { return found }
        var order = LabelOrder()
        for series in found { order.append(series.labels.packed) }
        return order.sorted().map { found[$0] }
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
