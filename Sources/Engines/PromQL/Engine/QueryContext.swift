import Basics
import SignalModel

/// What all parts of one query share: its limits, what it has used of them, and what it is to be told.
/// Belongs to the thread that runs the query.
final class QueryContext {
    let source: any SampleSource
    let limits: QueryLimits
    /// The query's own start and end: `@ start()` and `@ end()`, inside subqueries too.
    let start: Int64
    let end: Int64
    /// The query's own step, zero for an instant query.
    let step: Duration

    private let clock: any WallClock
    private let deadline: Duration
    private let cancellation: (any QueryCancellation)?
    private let text: QuerySource?
    private var warnings = Annotations(kind: "warning")
    private var infos = Annotations(kind: "info")
    /// Points held now, the most that were, and samples read.
    private(set) var held = 0
    private var peak = 0
    private var touched = 0
    /// What boxes in the tables of this query stand for.
    private(set) var histograms: [NativeHistogram] = []
    private var workUntilCheck = QueryContext.workBetweenChecks

    /// About a millisecond of work: how long a cancelled query goes on.
    private static let workBetweenChecks = 1 << 17
    /// What a series costs beside its samples, in samples.
    private static let workPerSeries = 64

    init(
        _ engine: QueryEngine, from start: Timestamp, through end: Timestamp, step: Duration, text: String,
        cancellation: (any QueryCancellation)?
    ) {
        source = engine.source
        limits = engine.limits
        clock = engine.clock
        deadline = engine.clock.uptime() + engine.limits.timeout
        self.start = start.milliseconds
        self.end = end.milliseconds
        self.step = step
        self.text = text.isEmpty ? nil : QuerySource(bytes: Array(text.utf8))
        self.cancellation = cancellation
    }

    /// Counts points about to be held, before they are allocated.
    func hold(_ points: Int) throws {
        held += points
        peak = max(peak, held)
        if held > limits.samplesMax { throw Self.tooManySamples }
        try work(points)
    }

    /// The same for a product, which may be beyond any number.
    func hold(_ points: Int, times count: Int) throws {
        let (product, isBeyond) = points.multipliedReportingOverflow(by: count)
        if isBeyond { throw Self.tooManySamples }
        try hold(product)
    }

    // MARK: Histograms

    var holdsHistograms: Bool { !histograms.isEmpty }

    /// Keeps a histogram; returns the box that stands for it.
    func keep(_ histogram: NativeHistogram) throws -> Double {
        try hold(histogram.points)
        histograms.append(histogram)
        return HistogramBox.value(histograms.count - 1)
    }

    func histogram(_ box: Double) -> NativeHistogram { histograms[HistogramBox.place(box)] }

    func replaceHistograms(from mark: Int, with kept: [NativeHistogram]) {
        histograms.replaceSubrange(mark..., with: kept)
    }

    // MARK: Budget

    func release(_ points: Int) { held -= points }

    /// What was held beyond `mark` is gone, except `points`.
    func settle(at mark: Int, holding points: Int) {
        held = mark + points
        peak = max(peak, held)
    }

    /// Counts the samples of one series read into a buffer.
    func read(_ samples: Int) throws {
        touched += samples
        if held + samples > limits.samplesMax { throw Self.tooManySamples }
        try work(samples)
    }

    private static let tooManySamples = QueryError(
        .execution, "query processing would load too many samples into memory in query execution")

    /// Ends the query when it was cancelled or takes too long; looks now and then.
    func work(_ amount: Int) throws {
        workUntilCheck -= amount + Self.workPerSeries
        if workUntilCheck > 0 { return }
        workUntilCheck = Self.workBetweenChecks
        try check()
    }

    func check() throws {
        cancellation?.note(samplesHeld: held, samplesRead: touched)
        if cancellation?.isCancelled == true {
            throw QueryError(.canceled, "query was canceled in expression evaluation")
        }
        if clock.uptime() > deadline {
            throw QueryError(.timeout, "query timed out in expression evaluation")
        }
    }

    func warn(_ text: String, at position: PositionRange) { warnings.add(text + place(position)) }
    func inform(_ text: String, at position: PositionRange) { infos.add(text + place(position)) }

    private func place(_ position: PositionRange) -> String {
        text.map { " (\($0.place(position.start)))" } ?? ""
    }

    func result(_ value: QueryValue) -> QueryResult {
        QueryResult(
            value: value, histograms: histograms, warnings: warnings.listed, infos: infos.listed,
            samplesTouched: touched, samplesPeak: peak)
    }
}
