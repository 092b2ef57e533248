package import Basics

/// The way in to a sample store: the TSDB in process, or a remote one.
///
/// May be called concurrently. A series' samples must come in time order within one batch.
package protocol SampleAppender: Sendable {
    /// Stores what is acceptable and returns once that is durable. What the store refuses is listed in the
    /// outcome, the rest of the batch is kept — or, with `.wholeOrNothing`, nothing is when anything is refused.
    ///
    /// Throws `SampleStoreError` when nothing of the batch may be considered stored (disk full, shutting down).
    func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome
}

package enum AppendPolicy: Sendable {
    /// Keep the good, report the bad. Scrapes, rules, remote write 2.0.
    case keepValid
    /// One refused sample refuses the batch. Remote write 1.0, whose senders then drop or resend whole requests.
    case wholeOrNothing
}

package struct AppendOutcome: Sendable {
    package var appendedSamples: Int
    /// Those of them that are histograms.
    package var appendedHistograms = 0
    package var refusals: [Refusal]
    /// All refusals, also those beyond the cap on `refusals`.
    package var refusedSamples: Int
    package var exemplars = ExemplarOutcome()

    package struct Refusal: Sendable {
        /// Index in `SampleBatch.entries`.
        package var entry: Int
        package var sample: Sample
        package var reason: Reason

        package init(entry: Int, sample: Sample, reason: Reason) {
            self.entry = entry
            self.sample = sample
            self.reason = reason
        }
    }

    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case outOfOrder = "out of order sample"
        case duplicateTimestamp = "duplicate sample for timestamp"
        case outOfBounds = "out of bounds"
        case tooFarInFuture = "out of bounds: too far in the future"
        case seriesLimit = "series limit reached"
    }

    /// Detailed refusals kept per batch; the count beyond is in `refusedSamples`.
    package static let refusalsMax = 32

    package init(appendedSamples: Int = 0, refusals: [Refusal] = [], refusedSamples: Int = 0) {
        self.appendedSamples = appendedSamples
        self.refusals = refusals
        self.refusedSamples = refusedSamples
    }
}

/// The way out of a sample store. Calls block; make them from a query thread.
///
/// Times are inclusive at both ends. May be called concurrently with appends; a query sees every batch
/// acknowledged before it began.
package protocol SampleSource: Sendable {
    /// The series that match all of `matchers` and may have samples in the range, sorted by labels when asked.
    /// Throws `SampleStoreError`.
    func select(_ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool) throws
        -> [any SelectedSeries]

    /// The label sets of these series, in any order.
    func series(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [Labels]

    /// Sorted names of labels on series with samples in the range that match; all series for no matchers.
    func labelNames(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String]

    /// Sorted values of one label, the same way.
    func labelValues(_ name: String, _ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String]
}

extension SampleSource {
    package func series(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [Labels] {
        try select(matchers, from: from, through: through, sorted: false).map(\.labels)
    }
}

/// One series found by `select`. One call per series, never per sample.
package protocol SelectedSeries: Sendable {
    var labels: Labels { get }
    /// Appends the samples in the inclusive range to `buffer`, in time order, stale markers included.
    func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) throws
}

/// Samples of one series in two columns, reused from series to series.
package struct SampleBuffer: Sendable {
    /// Milliseconds since the epoch, strictly increasing.
    package var timestamps: ContiguousArray<Int64> = []
    /// Floats, and boxes with places in `histograms`.
    package var values: ContiguousArray<Double> = []
    package private(set) var histograms: [NativeHistogram] = []

    package init() {}
    @inlinable package var count: Int { timestamps.count }

    package mutating func removeAll() {
        timestamps.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
    }

    /// A stale one becomes the marker that ends any series.
    package mutating func append(_ milliseconds: Int64, _ histogram: NativeHistogram) {
        if histogram.isStale { return append(milliseconds, StaleMarker.value) }
        append(milliseconds, HistogramBox.value(histograms.count))
        histograms.append(histogram)
    }

    package mutating func setHistogram(_ histogram: NativeHistogram, at place: Int) { histograms[place] = histogram }

    @inlinable package mutating func append(_ milliseconds: Int64, _ value: Double) {
        timestamps.append(milliseconds)
        values.append(value)
    }
}

package struct SampleStoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Try again later: disk full, starting, shutting down. Answered 503.
        case unavailable
        /// The stored bytes are not what was written. Answered 500.
        case corrupt
        /// The operation needs more than it may use. Answered 422.
        case limit
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
