package import Basics
package import SignalModel
package import WireFormats

/// A sample source filled from text, as query scripts do it:
///
///     let store = try LoadedStore("""
///         load 1m
///           up{job="api"} 1 1 0 stale
///         """)
///
/// Sample i of a series is at the epoch plus i steps. Finds series by looking at all of them.
package struct LoadedStore: SampleSource {
    package private(set) var series: [LoadedSeries] = []

    package init() {}

    package init(_ script: String) throws {
        let lines = script.split(separator: "\n").map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty }
        guard let head = lines.first, head.hasPrefix("load "), let step = Self.duration(head.dropFirst(5)) else {
            throw SeriesDescription.Malformed(line: script, reason: "a script begins with load and a step")
        }
        for line in lines.dropFirst() { load(try SeriesDescription(String(line)), step: step) }
    }

    /// `90`, `1m`, `1h30m`, `500ms` in milliseconds.
    package static func duration(_ text: some StringProtocol) -> Int64? {
        let units: [(String, Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
            ("y", 31_536_000_000),
        ]
        if let seconds = Double(text) { return Int64((seconds * 1000).rounded()) }
        var rest = Substring(text)
        var sign: Int64 = 1
        if rest.first == "-" {
            sign = -1
            rest.removeFirst()
        }
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest[digits.endIndex...]
            let word = rest.prefix { !$0.isNumber }
            rest = rest[word.endIndex...]
            guard let count = Double(digits), let unit = units.first(where: { $0.0 == word })?.1 else { return nil }
            total += Int64(count * Double(unit))
        }
        return sign * total
    }

    package mutating func load(_ description: SeriesDescription, step: Int64) {
        var samples: [Sample] = []
        for (index, value) in description.values.enumerated() {
            guard let value else { continue }
            samples.append(Sample(timestamp: Timestamp(milliseconds: Int64(index) * step), value: value))
        }
        add(description.labels, samples, description.histograms)
    }

    /// Adds samples to a series, new or known, keeping time order; of equal times the last stays.
    package mutating func add(_ labels: Labels, _ samples: [Sample], _ histograms: [NativeHistogram] = []) {
        guard let known = series.firstIndex(where: { $0.labels == labels }) else {
            series.append(LoadedSeries(labels: labels, samples: samples, histograms: histograms))
            return
        }
        precondition(histograms.isEmpty, "histograms are loaded at once")
        let times = Set(samples.map(\.timestamp))
        series[known].samples.removeAll { times.contains($0.timestamp) }
        series[known].samples += samples
        series[known].samples.sort { $0.timestamp < $1.timestamp }
    }

    package func select(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) throws -> [any SelectedSeries] {
        let found = matching(matchers, from: from, through: through)
        return sorted ? found.sorted { $0.labels < $1.labels } : found
    }

    package func labelNames(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] {
        let found = matching(matchers, from: from, through: through)
        return Set(found.flatMap { $0.labels.pairs.map(\.name) }).sorted()
    }

    package func labelValues(
        _ name: String, _ matchers: [Matcher], from: Timestamp, through: Timestamp
    ) throws -> [String] {
        Set(matching(matchers, from: from, through: through).compactMap { $0.labels.value(of: name) }).sorted()
    }

    private func matching(_ matchers: [Matcher], from: Timestamp, through: Timestamp) -> [LoadedSeries] {
        series.filter { one in
            matchers.allSatisfy { $0.matches(one.labels) }
                && one.samples.contains { $0.timestamp >= from && $0.timestamp <= through }
        }
    }
}

package struct LoadedSeries: SelectedSeries {
    package let labels: Labels
    /// Boxes have places in `histograms`.
    package var samples: [Sample]
    package var histograms: [NativeHistogram]

    package func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) throws {
        for sample in samples where sample.timestamp >= from && sample.timestamp <= through {
            if HistogramBox.isBox(sample.value) {
                buffer.append(sample.timestamp.milliseconds, histograms[HistogramBox.place(sample.value)])
                continue
            }
            buffer.append(sample.timestamp.milliseconds, sample.value)
        }
    }
}
