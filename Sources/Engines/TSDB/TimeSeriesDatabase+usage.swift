package import SignalModel
import Synchronization

extension TimeSeriesDatabase {
    /// Who brings the series in memory that match: at most `limit` labels, and values of `label`. Touches each
    /// posting once, a million series of ten labels in some 50 ms; blocks.
    package func usage(_ matchers: [Matcher], label: String, limit: Int) -> SeriesUsage {
        let index = head.index
        // Ids given later are of series this answer does not know.
        let (selected, count, idCount, tables) = index.lock.read {
            let ids = matchers.isEmpty ? nil : index.ids(matching: matchers)
            let live = ids?.filter { index.locations[Int($0)] != LabelIndex.noLocation }
            return (live, live?.count ?? index.liveCount, index.locations.count, index.tables.count)
        }
        let set = selected.map { IDSet($0, idCount: idCount) }
        var usage = SeriesUsage()
        usage.series = count
        usage.allSeries = head.seriesCount.load(ordering: .relaxed)
        var labels: [SeriesUsage.Label] = []
        for place in 0..<tables {
            // One name at a time, so that new series wait for no more than that.
            index.lock.read {
                let table = index.tables[place]
                let name = String(decoding: table.name, as: UTF8.self)
                var found = SeriesUsage.Label(name: name, values: 0, series: 0)
                var values = TopList(limit: name == label ? limit : 0)
                for value in table.values {
                    let series = value.postings.withIDs { ids in set.map { $0.count(ids) } ?? ids.count }
                    guard series > 0 else { continue }
                    found.values += 1
                    found.series += series
                    values.offer(series) { table.text(of: value) }
                }
                if found.values > 0 { labels.append(found) }
                guard name == label else { return }
                usage.valuesCount = found.values
                usage.values = values.entries.map { SeriesUsage.Value(value: $0.name, series: $0.count) }
            }
        }
        usage.labelsCount = labels.count
        labels.sort { ($1.values, $1.series, $0.name) < ($0.values, $0.series, $1.name) }
        usage.labels = Array(labels.prefix(limit))
        return usage
    }
}
