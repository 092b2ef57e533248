import Basics
import SignalModel

extension ScrapeBatch {
    /// Makes native histograms with custom buckets of classic ones, as Prometheus does where
    /// `convert_classic_histograms_to_nhcb` asks for it: of those that the exposition calls histograms, that are not
    /// native already, and whose buckets add up. The classic series stay when `keepsClassic` says so.
    package mutating func convertClassicHistograms(keepsClassic: Bool) {
        let families = Set(metadata.lazy.filter { $0.type == .histogram }.map(\.metric))
        if families.isEmpty { return }
        var histograms: [Labels: ClassicHistogram] = [:]
        var order: [Labels] = []
        var native: Set<Labels> = []
        for (place, entry) in samples.entries.enumerated() {
            let labels = samples.labels(of: entry)
            guard let name = labels.name, let sample = samples.samples(of: entry).first else { continue }
            if HistogramBox.isBox(sample.value) {
                native.insert(labels)
                continue
            }
            guard let part = ClassicHistogram.Part(name, families), let key = part.key(labels) else { continue }
            if histograms[key] == nil { order.append(key) }
            histograms[key, default: ClassicHistogram(time: sample.timestamp)]
                .add(part, labels, sample.value, entry: place)
        }
        let converted = order.compactMap { key in
            native.contains(key)
                ? nil : histograms[key]?.converted().map { (key, $0, histograms[key]?.entries ?? []) }
        }
        if converted.isEmpty { return }
        let replaced = keepsClassic ? [] : Set(converted.flatMap(\.2))
        let old = samples
        let timed = Set(timedEntries)
        samples.removeAll()
        timedEntries.removeAll()
        for place in old.entries.indices where !replaced.contains(place) {
            if timed.contains(place) { timedEntries.append(samples.entries.count) }
            samples.append(entry: place, of: old)
        }
        for (labels, histogram, entries) in converted {
            if let first = entries.first, timed.contains(first) { timedEntries.append(samples.entries.count) }
            samples.beginSeries(labels)
            samples.append(histogram.histogram, at: histogram.time)
            for place in entries { samples.appendExemplars(ofEntry: place, of: old) }
        }
    }
}

/// The series of one classic histogram, gathered.
private struct ClassicHistogram {
    enum Suffix: String, CaseIterable {
        case bucket = "_bucket"
        case count = "_count"
        case sum = "_sum"
    }

    struct Part {
        var family: String
        var suffix: Suffix

        init?(_ name: String, _ families: Set<String>) {
            for suffix in Suffix.allCases where name.hasSuffix(suffix.rawValue) {
                let family = String(name.dropLast(suffix.rawValue.count))
                guard families.contains(family) else { continue }
                self.family = family
                self.suffix = suffix
                return
            }
            return nil
        }

        /// The labels of the native histogram; nil for a bucket without a bound, and others with one.
        func key(_ labels: Labels) -> Labels? {
            guard labels.contains("le") == (suffix == .bucket) else { return nil }
            var builder = LabelsBuilder(labels)
            builder.set(Labels.metricName, family)
            builder.set("le", "")
            return builder.labels()
        }
    }

    var time: Timestamp
    /// Places of its series.
    private(set) var entries: [Int] = []
    private var buckets: [(bound: Double, count: Double)] = []
    private var count: Double?
    private var sum: Double?
    private var isBad = false

    init(time: Timestamp) { self.time = time }

    mutating func add(_ part: Part, _ labels: Labels, _ value: Double, entry: Int) {
        entries.append(entry)
        switch part.suffix {
        case .count: count = value
        case .sum: sum = value
        case .bucket:
            let text = Array((labels.value(of: "le") ?? "").utf8)
            guard let bound = text.withUnsafeBytes({ DecimalNumber.parse($0) }) else {
                isBad = true
                return
            }
            buckets.append((bound, value))
        }
    }

    /// Nil when the buckets are no histogram.
    func converted() -> (histogram: NativeHistogram, time: Timestamp)? {
        guard !isBad, !buckets.isEmpty else { return nil }
        let sorted = buckets.sorted { $0.bound < $1.bound }
        guard let total = count ?? sorted.last?.count else { return nil }
        var histogram = NativeHistogram(
            schema: NativeHistogram.customSchema, count: total, sum: sum ?? 0,
            customBounds: sorted.map(\.bound).filter { $0 != .infinity })
        var cumulative = 0.0
        for (place, bucket) in sorted.enumerated() {
            if bucket.count != cumulative { histogram.positive.append(Int32(place), bucket.count - cumulative) }
            cumulative = bucket.count
        }
        if sorted.last?.bound != .infinity, total != cumulative {
            histogram.positive.append(Int32(sorted.count), total - cumulative)
        }
        let counts = histogram.positive.counts + [total]
        histogram.isFloat = !counts.allSatisfy { $0 == $0.rounded() && $0.magnitude < 0x1p53 }
        return histogram.problem == nil ? (histogram, time) : nil
    }
}
