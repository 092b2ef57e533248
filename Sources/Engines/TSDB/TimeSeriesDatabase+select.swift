package import Basics
package import SignalModel

extension TimeSeriesDatabase: SampleSource {
    package func select(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) throws -> [any SelectedSeries] {
        guard from <= through else { return [] }
        let range = from.milliseconds...through.milliseconds
        // Before the head, so that samples on their way from it to a block are in one of the two.
        let lease = blocks.lease()
        let overlapping = try blocks(lease, range)
        guard !overlapping.isEmpty else {
            return inOrder(head.select(matchers, range, lease), if: sorted)
        }
        var merge = SeriesMerge()
        for block in overlapping { merge.add(try block.select(matchers, range, lease)) }
        merge.add(head.select(matchers, range, lease))
        return inOrder(merge.merged(), if: sorted)
    }

    private func inOrder(_ found: [any SelectedSeries], if sorted: Bool) -> [any SelectedSeries] {
        guard sorted else { return found }
        var order = LabelOrder()
        for series in found { order.append(series.labels.packed) }
        return order.sorted().map { found[$0] }
    }

    package func labelNames(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] {
        guard from <= through else { return [] }
        let range = from.milliseconds...through.milliseconds
        let overlapping = try blocks(blocks.lease(), range)
        let newest = head.labelNames(matchers, range)
        if overlapping.isEmpty { return newest }
        return try overlapping.reduce(into: Set(newest)) { $0.formUnion(try $1.index.labelNames(matchers)) }
            .map { $0 }.sortedByBytes()
    }

    package func labelValues(
        _ name: String, _ matchers: [Matcher], from: Timestamp, through: Timestamp
    ) throws -> [String] {
        guard from <= through else { return [] }
        let range = from.milliseconds...through.milliseconds
        let overlapping = try blocks(blocks.lease(), range)
        let newest = head.labelValues(name, matchers, range)
        if overlapping.isEmpty { return newest }
        return try overlapping.reduce(into: Set(newest)) { $0.formUnion(try $1.index.labelValues(name, matchers)) }
            .map { $0 }.sortedByBytes()
    }
}
