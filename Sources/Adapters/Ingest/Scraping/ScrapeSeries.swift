package import Basics
package import SignalModel
import WireFormats

/// Turns what one target answers, scrape after scrape, into samples: its series with the target's labels, stale
/// markers for those that vanished, and the five series about the scrape itself. No I/O.
package struct ScrapeSeries: Sendable {
    package enum Failure: Error, Sendable, CustomStringConvertible {
        case transport(String)
        case invalid(String)
        case tooManySamples(Int)

        package var description: String {
            switch self {
            case .transport(let text), .invalid(let text): text
            case .tooManySamples(let limit): "sample limit of \(limit) exceeded"
            }
        }
    }

    package struct Outcome: Sendable {
        package var batch: SampleBatch
        package var metadata: [String: TextExposition.Metadata]
        /// Nil when the scrape went well.
        package var error: String?
    }

    private let target: ScrapeTarget
    /// Series of the latest good scrape that had no timestamp of their own: those get stale markers.
    private var live: Set<Labels> = []

    package init(_ target: ScrapeTarget) { self.target = target }

    /// Series of an earlier state that this one goes on with.
    package mutating func adopt(_ other: ScrapeSeries) { live.formUnion(other.live) }

    package mutating func apply(_ answer: Result<[UInt8], Failure>, at time: Timestamp, took: Duration) -> Outcome {
        var batch = SampleBatch()
        var parser = TextExposition()
        var seen: Set<Labels> = []
        var scraped = 0
        var failure: Failure?
        switch answer {
        case .failure(let reason): failure = reason
        case .success(let body):
            do throws(TextExposition.Invalid) {
                try parser.parse(body) { line in
                    scraped += 1
                    let labels = attach(line.labels)
                    let hasTime = line.milliseconds != nil && target.configuration.honorTimestamps
                    if !hasTime { guard seen.insert(labels).inserted else { return } }
                    let stamp = hasTime ? line.milliseconds.map { Timestamp(milliseconds: $0) } ?? time : time
                    batch.beginSeries(labels)
                    batch.append(Sample(timestamp: stamp, value: line.value))
                }
                let limit = target.configuration.sampleLimit
                if limit > 0, scraped > limit { failure = .tooManySamples(limit) }
            } catch { failure = .invalid("\(error)") }
        }
        if failure != nil {
            batch.removeAll()
            seen = []
        }
        let added = seen.subtracting(live).count
        for labels in live.subtracting(seen).sorted() {
            batch.beginSeries(labels)
            batch.append(Sample(timestamp: time, value: StaleMarker.value))
        }
        live = seen
        report("up", failure == nil ? 1 : 0, time, &batch)
        report("scrape_duration_seconds", took.seconds, time, &batch)
        report("scrape_samples_scraped", Double(scraped), time, &batch)
        report("scrape_samples_post_metric_relabeling", Double(scraped), time, &batch)
        report("scrape_series_added", Double(added), time, &batch)
        return Outcome(batch: batch, metadata: parser.metadata, error: failure?.description)
    }

    /// Markers for all of it: the target is gone.
    package mutating func end(at time: Timestamp) -> SampleBatch {
        var batch = SampleBatch()
        let own = [
            "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
            "scrape_series_added",
        ]
        for labels in live.sorted() + own.map({ target.labels.setting(Labels.metricName, to: $0) }) {
            batch.beginSeries(labels)
            batch.append(Sample(timestamp: time, value: StaleMarker.value))
        }
        live = []
        return batch
    }

    private func report(_ name: String, _ value: Double, _ time: Timestamp, _ batch: inout SampleBatch) {
        batch.beginSeries(target.labels.setting(Labels.metricName, to: name))
        batch.append(Sample(timestamp: time, value: value))
    }

    private func attach(_ labels: Labels) -> Labels {
        var builder = LabelsBuilder(labels)
        for (name, value) in target.labels.pairs {
            if let theirs = labels.value(of: name) {
                if target.configuration.honorLabels { continue }
                builder.set("exported_" + name, theirs)
            }
            builder.set(name, value)
        }
        return builder.labels()
    }
}
