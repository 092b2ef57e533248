package import Basics
import Ingest
import PromQL
package import SignalModel
import WireFormats

/// Finds series, labels, samples and exemplars at the backend.
package struct RemoteSource: SampleSource, ExemplarSource {
    let asking: RemoteAsking

    package func series(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [Labels] {
        try asking.wait { try await findSeries(matchers, from: from, through: through) }
    }

    func findSeries(_ matchers: [Matcher], from: Timestamp, through: Timestamp) async throws -> [Labels] {
        let pairs = [RemoteRequest.Pair("match[]", Self.selector(matchers))] + Self.bounds(from, through)
        return try await asking.ask("series", pairs) { (reader) throws(WireFormatError) in
            var result: [Labels] = []
            try reader.array { (reader) throws(WireFormatError) in
                result.append(try RemoteEnvelope<Void>.labels(&reader))
            }
            return result
        }.value
    }

    package func labelNames(_ matchers: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] {
        try asking.wait { try await asking.ask("labels", Self.lookup(matchers, from, through), Self.texts).value }
            .sorted {
                $0.utf8.lexicographicallyPrecedes($1.utf8)
            }
    }

    package func labelValues(
        _ name: String, _ matchers: [Matcher], from: Timestamp, through: Timestamp
    ) throws -> [String] {
        let path = "label/\(FormText.escaped(LabelName.isLegacy(name) ? name : LabelName.escaped(name)))/values"
        return try asking.wait {
            try await asking.ask(path, Self.lookup(matchers, from, through), isForm: false, Self.texts).value
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The raw samples, by a range selector. It shows no stale markers.
    package func select(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) throws -> [any SelectedSeries] {
        try asking.wait { try await samples(matchers, from: from, through: through, sorted: sorted) }
    }

    func samples(
        _ matchers: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool
    ) async throws -> [any SelectedSeries] {
        // A range leaves out its start, in some versions; what lies before `from` is left out by the reader.
        let span = (through - max(from, .epoch)).milliseconds + 1
        let pairs = [
            RemoteRequest.Pair("query", "\(Self.selector(matchers))[\(span)ms]"),
            RemoteRequest.Pair("time", RemoteRequest.seconds(through.milliseconds)),
        ]
        typealias Found = ([RangeSeries], [NativeHistogram])
        let found = try await asking.ask("query", pairs) { (reader) throws(WireFormatError) -> Found in
            var decoder = QueryAnswerDecoder()
            guard case .matrix(let series) = try decoder.value(&reader) else {
                throw reader.problem("a range selector answered with no matrix")
            }
            return (series, decoder.histograms)
        }.value
        let all = sorted ? found.0.sorted { $0.labels < $1.labels } : found.0
        return all.map { RemoteSelectedSeries(labels: $0.labels, samples: $0.samples, histograms: found.1) }
    }

    package func exemplars(
        _ selectors: [[Matcher]], from: Timestamp, through: Timestamp
    ) throws -> [ExemplarSeries] {
        try asking.wait { try await findExemplars(selectors, from: from, through: through) }
    }

    func findExemplars(
        _ selectors: [[Matcher]], from: Timestamp, through: Timestamp
    ) async throws -> [ExemplarSeries] {
        let query = selectors.map(Self.selector).joined(separator: " or ")
        let pairs = [RemoteRequest.Pair("query", query)] + Self.bounds(from, through)
        return try await asking.ask("query_exemplars", pairs) { (reader) throws(WireFormatError) in
            var result: [ExemplarSeries] = []
            if try reader.null() { return result }
            try reader.array { (reader) throws(WireFormatError) in
                result.append(try RemoteExemplars.series(&reader))
            }
            return result.sorted { $0.labels < $1.labels }
        }.value
    }

    // MARK: What is asked

    /// Braces alone, for names that no other form can hold.
    static func selector(_ matchers: [Matcher]) -> String {
        // A selector must not match everything by being empty.
        if matchers.isEmpty { return "{\(Labels.metricName)!=\"\"}" }
        return "{" + matchers.map(\.description).joined(separator: ",") + "}"
    }

    private static func lookup(
        _ matchers: [Matcher], _ from: Timestamp, _ through: Timestamp
    ) -> [RemoteRequest.Pair] {
        (matchers.isEmpty ? [] : [RemoteRequest.Pair("match[]", selector(matchers))]) + bounds(from, through)
    }

    /// A side without bound is left to the backend.
    private static func bounds(_ from: Timestamp, _ through: Timestamp) -> [RemoteRequest.Pair] {
        var pairs: [RemoteRequest.Pair] = []
        if from > .distantPast { pairs.append(RemoteRequest.Pair("start", RemoteRequest.seconds(from.milliseconds))) }
        if through < .distantFuture {
            pairs.append(RemoteRequest.Pair("end", RemoteRequest.seconds(through.milliseconds)))
        }
        return pairs
    }

    @Sendable private static func texts(_ reader: inout JSONScanner) throws(WireFormatError) -> [String] {
        try RemoteEnvelope<Void>.texts(&reader)
    }
}

/// One series with its samples, all read already.
struct RemoteSelectedSeries: SelectedSeries {
    let labels: Labels
    let samples: [Sample]
    let histograms: [NativeHistogram]

    func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) {
        for sample in samples where sample.timestamp >= from && sample.timestamp <= through {
            if HistogramBox.isBox(sample.value) {
                buffer.append(sample.timestamp.milliseconds, histograms[HistogramBox.place(sample.value)])
            } else {
                buffer.append(sample.timestamp.milliseconds, sample.value)
            }
        }
    }
}
