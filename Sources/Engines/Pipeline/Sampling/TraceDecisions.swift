import Basics
import SignalModel

/// What is known of traces whose spans wait, and what was decided of those that left not long ago.
struct TraceDecisions {
    private struct Facts {
        /// Of its spans, in the window.
        var waitingSpans = 0
        var spans = 0
        var hasError = false
        var isSlow = false
        /// Of the span with which the first service seen began to work: service, and service with operation.
        var service: UInt64 = 0
        var route: UInt64 = 0
        var isKept: Bool?
        /// Of those that were kept by chance: how many each stands for.
        var weight = 1.0
    }

    private struct Bucket {
        var tokens: Double
        var filledAt: Duration
    }

    /// Decisions kept for spans that come late; beyond it the oldest are forgotten, and decided anew.
    private static let decidedMax = 200_000
    /// Operations of a minute, and services; beyond it further ones are not rare, and services begin anew.
    private static let routesMax = 50_000
    private static let servicesMax = 20_000
    /// Of its budget a service may use at once what it gets in so long.
    private static let burst = Duration.seconds(10)

    private let settings: TailSamplingSettings
    private var traces: [TraceID: Facts] = [:]
    private var decided: [TraceID] = []
    private var decidedHead = 0
    private var earlyErrors = EarlyErrors(tracesMax: 50_000)
    private var minute: Int64 = 0
    private var routes: [UInt64: Int] = [:]
    private var budgets: [UInt64: Bucket] = [:]
    private(set) var kept: [String: Int] = [:]
    private(set) var dropped = 0

    init(_ settings: TailSamplingSettings) { self.settings = settings }

    mutating func observe(_ batch: SpanBatch) {
        let slow = Int64(settings.slow.seconds * 1e9)
        for span in batch.spans {
            var facts = traces[span.trace] ?? Facts(hasError: earlyErrors.take(span.trace))
            facts.waitingSpans += 1
            facts.spans += 1
            if span.status == .error { facts.hasError = true }
            let isEntry =
                span.kind == .server || span.kind == .consumer || span.flags.contains(.transaction)
                || span.parent == 0
            if isEntry {
                if span.durationNanoseconds >= slow { facts.isSlow = true }
                if facts.route == 0 {
                    facts.service = Self.hash(batch.service(of: span))
                    facts.route = Self.hash(batch.name(of: span)) ^ facts.service &* 31 | 1
                }
            }
            traces[span.trace] = facts
        }
        for error in batch.errors where !error.trace.isNone {
            if traces[error.trace] == nil {
                earlyErrors.insert(error.trace)
            } else {
                traces[error.trace]?.hasError = true
            }
        }
    }

    mutating func decide(_ batch: SpanBatch, at now: Duration) {
        for span in batch.spans {
            guard var facts = traces[span.trace], facts.isKept == nil else { continue }
            facts.isKept = isKept(&facts, span.trace, at: now)
            traces[span.trace] = facts
        }
    }

    func keeps(_ trace: TraceID) -> Bool { traces[trace]?.isKept ?? true }

    /// How many traces one that is kept stands for.
    func weight(of trace: TraceID) -> Double { traces[trace]?.weight ?? 1 }

    /// The spans of `batch` have left; what was decided is remembered for a while.
    mutating func forget(_ batch: SpanBatch) {
        for span in batch.spans {
            guard var facts = traces[span.trace] else { continue }
            facts.waitingSpans -= 1
            traces[span.trace] = facts
            if facts.waitingSpans == 0 { decided.append(span.trace) }
        }
        while decided.count - decidedHead > Self.decidedMax {
            let trace = decided[decidedHead]
            decidedHead += 1
            if traces[trace]?.waitingSpans == 0 { traces[trace] = nil }
        }
        if decidedHead > Self.decidedMax {
            decided.removeFirst(decidedHead)
            decidedHead = 0
        }
    }

    private mutating func isKept(_ facts: inout Facts, _ trace: TraceID, at now: Duration) -> Bool {
        let isRare = countRoute(facts.route, at: now)
        let reason = facts.hasError ? "error" : facts.isSlow ? "slow" : isRare ? "rare" : "rate"
        let isChosen = reason != "rate" || Self.isChosen(trace, settings.rate)
        guard isChosen, spend(facts, isOrdinary: reason == "rate", at: now) else {
            dropped += 1
            return false
        }
        if reason == "rate" { facts.weight = 1 / settings.rate }
        kept[reason, default: 0] += 1
        return true
    }

    /// Whether the operation was seen too little this minute to be left to chance.
    private mutating func countRoute(_ route: UInt64, at now: Duration) -> Bool {
        let current = Int64(now.seconds / 60)
        if current != minute {
            minute = current
            routes.removeAll(keepingCapacity: true)
        }
        guard routes.count < Self.routesMax || routes[route] != nil else { return false }
        routes[route, default: 0] += 1
        return routes[route, default: 0] <= settings.rarePerMinute
    }

    private mutating func spend(_ facts: Facts, isOrdinary: Bool, at now: Duration) -> Bool {
        let capacity = settings.spansPerSecond * Self.burst.seconds
        if budgets.count >= Self.servicesMax, budgets[facts.service] == nil { budgets.removeAll() }
        var bucket = budgets[facts.service] ?? Bucket(tokens: capacity, filledAt: now)
        bucket.tokens = min(capacity, bucket.tokens + (now - bucket.filledAt).seconds * settings.spansPerSecond)
        bucket.filledAt = now
        let isGranted = bucket.tokens > (isOrdinary ? capacity / 2 : 0)
        if isGranted { bucket.tokens -= Double(facts.spans) }
        budgets[facts.service] = bucket
        return isGranted
    }

    /// The same for a trace wherever and whenever it is asked.
    private static func isChosen(_ trace: TraceID, _ rate: Double) -> Bool {
        var mixed = (trace.low ^ trace.high &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
        mixed ^= mixed >> 31
        return Double(mixed >> 11) / Double(UInt64(1) << 53) < rate
    }

    private static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash64(UnsafeRawBufferPointer($0)) }
    }
}
