package import Basics
package import SignalModel
import WireFormats

/// Turns what one target answers, scrape after scrape, into samples: its series with the target's labels, stale
/// markers for those that vanished, and the five series about the scrape itself. A value, without I/O.
///
/// A series that brings a timestamp of its own gets no stale marker, as in Prometheus: its time is not ours.
package struct ScrapeState: Sendable {
    /// The series about the scrape, in the order of `report`.
    private static let reportNames = [
        "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
    ]

    private let sampleLimit: Int
    private let targetLabels: TargetLabels
    private let reportLabels: [Labels]
    private var parser: ScrapeParser
    /// Series of the latest scrape, if it was good.
    private var live = SeriesSet()
    private var latest = Timestamp.distantPast

    package init(_ target: ScrapeTarget) {
        sampleLimit = target.configuration.sampleLimit
        targetLabels = TargetLabels(target.labels, honorsExposed: target.configuration.honorLabels)
        reportLabels = Self.reportNames.map { target.labels.setting(Labels.metricName, to: $0) }
        parser = ScrapeParser(target.configuration)
    }

    /// Goes on with the series of an earlier state, so that those which stay get no marker.
    package mutating func adopt(_ other: ScrapeState) {
        live = other.live
        latest = other.latest
    }

    /// The samples of one scrape that was due at `time`.
    package mutating func apply(
        _ answer: Result<ScrapeAnswer, ScrapeFailure>, at time: Timestamp, took: Duration
    ) -> ScrapeOutcome {
        latest = max(latest, time)
        var scraped = ScrapeBatch()
        let failure = parse(answer, at: time, into: &scraped)
        let scrapedCount = scraped.samples.entries.count
        var outcome = ScrapeOutcome(batch: SampleBatch(), metadata: scraped.metadata, failure: failure)
        var current = SeriesSet()
        if failure == nil { attach(scraped, to: &outcome.batch, current: &current) }
        let addedCount = current.missing(from: live).count
        markStale(live.missing(from: current), at: time, in: &outcome.batch)
        live = current
        let figures = [
            failure == nil ? 1 : 0, took.seconds, Double(scrapedCount), Double(scrapedCount), Double(addedCount),
        ]
        for (labels, value) in zip(reportLabels, figures) {
            outcome.batch.beginSeries(labels)
            outcome.batch.append(Sample(timestamp: time, value: value))
        }
        return outcome
    }

    /// Markers for all of it, when the target is no longer scraped.
    package mutating func end(at time: Timestamp) -> SampleBatch {
        // After the latest sample, which a clock that was set back could say is yet to come.
        let end = max(time, latest + .milliseconds(1))
        var batch = SampleBatch()
        markStale(live.missing(from: SeriesSet()), at: end, in: &batch)
        guard latest > .distantPast else { return batch }
        for labels in reportLabels {
            batch.beginSeries(labels)
            batch.append(Sample(timestamp: end, value: StaleMarker.value))
        }
        live = SeriesSet()
        return batch
    }

    private mutating func parse(
        _ answer: Result<ScrapeAnswer, ScrapeFailure>, at time: Timestamp, into scraped: inout ScrapeBatch
    ) -> ScrapeFailure? {
        switch answer {
        case .failure(let failure): return failure
        case .success(let answer):
            do { try parser.parse(answer, at: time, into: &scraped) } catch { return error }
            let isOverLimit = sampleLimit > 0 && scraped.samples.entries.count > sampleLimit
            return isOverLimit ? .tooManySamples(limit: sampleLimit) : nil
        }
    }

    private func attach(_ scraped: ScrapeBatch, to batch: inout SampleBatch, current: inout SeriesSet) {
        var packed: [UInt8] = []
        var timed = scraped.timedEntries[...]
        let entries = scraped.samples.entries
        var series = ScrapedSeries(scraped.samples)
        scraped.samples.labelBytes.withUnsafeBytes { bytes in
            for (index, entry) in entries.enumerated() {
                let exposed = bytes[entry.labelsStart..<entry.labelsStart + entry.labelsCount]
                targetLabels.attach(UnsafeRawBufferPointer(rebasing: exposed), to: &packed)
                series.append(index, labels: packed, to: &batch)
                if timed.first == index { timed.removeFirst() } else { current.append(packed) }
            }
        }
    }

    private func markStale(_ series: [ArraySlice<UInt8>], at time: Timestamp, in batch: inout SampleBatch) {
        for packed in series {
            batch.beginSeries { $0.append(contentsOf: packed) }
            batch.append(Sample(timestamp: time, value: StaleMarker.value))
        }
    }
}
