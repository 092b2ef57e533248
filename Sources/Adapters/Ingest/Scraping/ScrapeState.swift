package import Basics
package import SignalModel
import WireFormats

/// Turns what one target answers, scrape after scrape, into samples: its series with the target's labels, stale
/// markers for those that vanished, and the five series about the scrape itself. A value, without I/O.
///
/// A series that brings a timestamp of its own gets no stale marker unless its job says so, as in Prometheus: its
/// time is not ours.
package struct ScrapeState: Sendable {
    /// The series about the scrape, in the order of `report`.
    private static let reportNames = [
        "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
    ]

    private let sampleLimit: Int
    private let tracksTimestamps: Bool
    private var labelling: SeriesLabelling
    private let reportLabels: [Labels]
    private var parser: ScrapeParser
    /// Series of the latest scrape, if it was good.
    private var live = SeriesSet()
    private var latest = Timestamp.distantPast

    package init(_ target: ScrapeTarget) {
        sampleLimit = target.configuration.limits.sampleLimit
        tracksTimestamps = target.configuration.tracksTimestampsStaleness
        labelling = SeriesLabelling(target)
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
        var failure = parse(answer, at: time, into: &scraped)
        var scrapedCount = scraped.samples.entries.count
        var keptCount = scrapedCount
        var outcome = ScrapeOutcome(batch: SampleBatch(), metadata: scraped.metadata, failure: nil)
        var current = SeriesSet()
        if failure == nil {
            (scrapedCount, keptCount) = (0, 0)
            do {
                try label(
                    scraped, into: &outcome.batch, current: &current, scrapedCount: &scrapedCount,
                    keptCount: &keptCount)
            } catch {
                failure = error
                outcome.batch = SampleBatch()
                current = SeriesSet()
            }
        }
        outcome.failure = failure
        let addedCount = current.missing(from: live).count
        markStale(live.missing(from: current), at: time, in: &outcome.batch)
        live = current
        let figures = [
            failure == nil ? 1 : 0, took.seconds, Double(scrapedCount), Double(keptCount), Double(addedCount),
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
            return nil
        }
    }

    /// The counts are right when it throws, too: as in Prometheus, a series beyond a limit ends the counting.
    private mutating func label(
        _ scraped: ScrapeBatch, into batch: inout SampleBatch, current: inout SeriesSet, scrapedCount: inout Int,
        keptCount: inout Int
    ) throws(ScrapeFailure) {
        var packed: [UInt8] = []
        var timed = scraped.timedEntries[...]
        var series = ScrapedSeries(scraped.samples)
        labelling.beginScrape()
        for (index, entry) in scraped.samples.entries.enumerated() {
            scrapedCount += 1
            let isTimed = timed.first == index
            if isTimed { timed.removeFirst() }
            let problem = scraped.samples.labelBytes.withUnsafeBytes { bytes -> ScrapeFailure? in
                let exposed = bytes[entry.labelsStart..<entry.labelsStart + entry.labelsCount]
                do throws(ScrapeFailure) {
                    try labelling.label(UnsafeRawBufferPointer(rebasing: exposed), to: &packed)
                    return nil
                } catch { return error }
            }
            if let problem { throw problem }
            if packed.isEmpty { continue }
            keptCount += 1
            series.append(index, labels: packed, to: &batch)
            if !isTimed || tracksTimestamps { current.append(packed) }
        }
        if sampleLimit > 0, keptCount > sampleLimit { throw .tooManySamples }
    }

    private func markStale(_ series: [ArraySlice<UInt8>], at time: Timestamp, in batch: inout SampleBatch) {
        for packed in series {
            batch.beginSeries { $0.append(contentsOf: packed) }
            batch.append(Sample(timestamp: time, value: StaleMarker.value))
        }
    }
}
