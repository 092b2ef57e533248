import Basics
package import SignalModel
import Synchronization

/// Which samples came for minutes that were counted already, so that these are counted again and others need not be.
///
/// Whoever appends to the store notes here what it appended, once the store has it; counting takes what was noted
/// before it reads. So a sample is either there when its minute is counted, or noted.
package final class LateArrivals: Sendable {
    /// Milliseconds; samples from here on are counted as they come. The least there is while nobody counts.
    private let counted = Atomic<Int64>(.min)
    private let marks = Mutex(Marks())

    package init() {}

    /// What came late, by metric name and series: its earliest time.
    struct Marks: Sendable {
        fileprivate(set) var series: [String: [Labels: Int64]] = [:]
        fileprivate var seriesCount = 0
        /// Of series beyond the bound: everything may be theirs.
        fileprivate(set) var others = Int64.max

        /// Of further series it is only known how early they begin.
        static let seriesMax = 20_000
        /// With more of one name that are late, any of the name's series is taken for one of them.
        static let seriesOfNameMax = 1000

        var isEmpty: Bool { series.isEmpty && others == .max }
        /// Before all that came late.
        var earliest: Int64 { series.values.reduce(others) { min($0, $1.values.min() ?? .max) } }
    }

    /// Called once the store has the batch. Costs a look at each time, and nothing while there are no objectives.
    package func note(_ batch: SampleBatch) {
        let counted = counted.load(ordering: .sequentiallyConsistent)
        guard counted > .min else { return }
        let earliest = batch.samples.withUnsafeBufferPointer { samples in
            samples.reduce(Int64.max) { min($0, $1.timestamp.milliseconds) }
        }
        guard earliest < counted else { return }
        marks.withLock { marks in
            for entry in batch.entries {
                let first = batch.samples(of: entry).reduce(Int64.max) { min($0, $1.timestamp.milliseconds) }
                if first < counted { marks.add(batch.labels(of: entry), first) }
            }
        }
    }

    /// From now on samples before `counted` are late; yields those that were so far.
    func take(countedBefore counted: Int64) -> Marks {
        self.counted.store(counted, ordering: .sequentiallyConsistent)
        return marks.withLock { marks in
            defer { marks = Marks() }
            return marks
        }
    }

    /// Nobody counts any more.
    func rest() {
        counted.store(.min, ordering: .sequentiallyConsistent)
        marks.withLock { $0 = Marks() }
    }
}

extension LateArrivals.Marks {
    fileprivate mutating func add(_ labels: Labels, _ at: Int64) {
        let name = labels[Labels.metricName]
        if let known = series[name]?[labels] {
            series[name]?[labels] = min(known, at)
        } else if seriesCount < Self.seriesMax {
            series[name, default: [:]][labels] = at
            seriesCount += 1
        } else {
            others = min(others, at)
        }
    }

    /// The earliest late sample that these sums may count; nil when there is none.
    func earliest(of sums: [CountedSum]) -> Int64? {
        var result = others
        for term in sums.lazy.flatMap(\.terms) {
            // Buckets are counted by whatever spelling of their edge.
            let matchers = (BucketEdge(term.matchers)?.others ?? term.matchers)
            let naming = matchers.filter { $0.name == Labels.metricName }
            let rest = matchers.filter { $0.name != Labels.metricName }
            if let name = naming.first(where: { $0.operation == .equal })?.value {
                if let found = series[name] { result = min(result, Self.earliest(found, rest)) }
            } else {
                for (name, found) in series where naming.allSatisfy({ $0.matches(name) }) {
                    result = min(result, Self.earliest(found, rest))
                }
            }
        }
        return result == .max ? nil : result
    }

    private static func earliest(_ found: [Labels: Int64], _ matchers: [Matcher]) -> Int64 {
        let isMany = found.count > seriesOfNameMax
        return found.reduce(Int64.max) { earliest, late in
            guard late.value < earliest, isMany || matchers.allSatisfy({ $0.matches(late.key) }) else {
                return earliest
            }
            return late.value
        }
    }
}

/// A store's way in that notes what came late.
package struct WatchedAppender: SampleAppender {
    private let appender: any SampleAppender
    private let arrivals: LateArrivals

    package init(_ appender: any SampleAppender, _ arrivals: LateArrivals) {
        self.appender = appender
        self.arrivals = arrivals
    }

    package func append(_ batch: SampleBatch, policy: AppendPolicy) async throws -> AppendOutcome {
        // Also of what failed some may be there.
        defer { arrivals.note(batch) }
        return try await appender.append(batch, policy: policy)
    }
}
