import Basics
import SignalModel
import Synchronization

extension TimeSeriesDatabase {
    /// Walks the series to count chunks: for every scrape, not for every request.
    package func statistics() -> DatabaseStatistics {
        let counters = head.counters.withLock { $0 }
        let minTime = head.minTime.load(ordering: .acquiring)
        let maxTime = head.maxTime.load(ordering: .acquiring)
        let pairs = head.index.lock.read { head.index.tables.reduce(0) { $0 + $1.values.count } }
        var refused: [AppendOutcome.Reason: Int] = [:]
        for reason in AppendOutcome.Reason.allCases { refused[reason] = counters.refusedByReason[reason.index] }
        return DatabaseStatistics(
            series: head.seriesCount.load(ordering: .relaxed), chunks: head.chunkCount(),
            minTime: minTime == .max ? nil : Timestamp(milliseconds: minTime),
            maxTime: maxTime == .min ? nil : Timestamp(milliseconds: maxTime),
            appendedSamples: counters.appendedSamples, duplicateSamples: counters.duplicateSamples,
            outOfOrderSamples: counters.lateSamples,
            refusedSamples: refused, createdSeries: counters.createdSeries, removedSeries: counters.removedSeries,
            labelPairs: pairs, blocks: blocks.blocks.count, blockBytes: blocks.blocks.reduce(0) { $0 + $1.byteCount },
            compactions: compactionCounts.withLock { $0 }, exemplars: exemplarStatistics(), log: log.statistics,
            logBytes: logBytes())
    }

    /// At most `limit` entries a list.
    package func cardinality(limit: Int) -> CardinalityReport {
        head.index.lock.read {
            var report = CardinalityReport()
            var pairs = TopList(limit: limit)
            var values = TopList(limit: limit)
            var bytes = TopList(limit: limit)
            for table in head.index.tables where !table.values.isEmpty {
                let name = String(decoding: table.name, as: UTF8.self)
                values.offer(table.values.count) { name }
                bytes.offer(table.bytes.count) { name }
                var metrics = TopList(limit: limit)
                for value in table.values {
                    pairs.offer(Int(value.postings.count)) { "\(name)=\(table.text(of: value))" }
                    if name == Labels.metricName {
                        metrics.offer(Int(value.postings.count)) { table.text(of: value) }
                    }
                }
                if name == Labels.metricName { report.seriesByMetricName = metrics.entries }
            }
            report.seriesByLabelPair = pairs.entries
            report.valuesByLabelName = values.entries
            report.bytesByLabelName = bytes.entries
            return report
        }
    }

    /// The `meta.json` of each block, oldest first.
    package func blockMetas() throws -> [String] {
        try blocks.blocks.map(\.meta).sorted { ($0.minTime, $0.ulid) < ($1.minTime, $1.ulid) }
            .map { String(decoding: try $0.encoded(), as: UTF8.self) }
    }

    /// What cannot be read now counts as nothing: a figure on a page is no reason to fail.
    func logBytes() -> Int {
        guard let directory = try? LogDirectory(logPath, fileSystem) else { return 0 }
        return (directory.checkpointSegments + directory.segments).reduce(0) { sum, segment in
            sum + ((try? fileSystem.size(segment.path)) ?? 0)
        }
    }
}

extension Head {
    fileprivate func chunkCount() -> Int {
        shards.reduce(0) { sum, shard in
            shard.lock.lock()
            defer { shard.lock.unlock() }
            var open = 0
            for slot in 0..<shard.slab.slotCount {
                if let record = shard.slab.record(at: slot), !record.pointee.open.isEmpty { open += 1 }
            }
            return sum + shard.finishedChunkCount + open
        }
    }
}
