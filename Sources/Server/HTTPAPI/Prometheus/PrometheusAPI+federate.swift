import Basics
import HTTPTypes
import Hummingbird
import PromQL
import SignalModel
import WireFormats

extension PrometheusAPI {
    /// The newest sample of each series that one of `match[]` selects: for a Prometheus above this one. After
    /// `web/federate.go`: types of floats are not told, times are, stale series are left out. Histograms go only to a
    /// scraper that takes protobuf.
    func federate(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let selectors = try await PrometheusParameters.read(request).selectors()
        guard !selectors.isEmpty else { throw APIError(.badData, "no match[] parameter provided") }
        let format = FederationFormat(accept: request.headers[.accept])
        let now = clock.now()
        let (source, lookback, externalLabels) = (source, limits().lookback, status.externalLabels())
        let bytes = try await threads.run {
            var newest: [Labels: FederatedSample] = [:]
            var buffer = SampleBuffer()
            for matchers in selectors {
                let from = now - lookback + .milliseconds(1)
                for series in try source.select(matchers, from: from, through: now, sorted: false) {
                    buffer.removeAll()
                    try series.read(from: from, through: now, into: &buffer)
                    guard let sample = FederatedSample(buffer), sample.histogram == nil || format == .protobuf else {
                        continue
                    }
                    newest[series.labels] = sample
                }
            }
            let sorted = newest.map { (name: $0.key.name ?? "", labels: $0.key, sample: $0.value) }
                .sorted { ($0.name, $0.labels) < ($1.name, $1.labels) }
                .map { ($0.name, Self.pairs($0.labels, externalLabels), $0.sample) }
            switch format {
            case .protobuf: return Self.protobuf(sorted)
            case .text(let quotesNames): return Self.text(sorted, quotesNames: quotesNames)
            }
        }
        return Response(
            status: .ok, headers: [.contentType: format.contentType],
            body: ResponseBody(byteBuffer: .init(bytes: bytes)))
    }

    private typealias FederatedSeries = (name: String, labels: [(name: String, value: String)], FederatedSample)

    private static func pairs(_ labels: Labels, _ externalLabels: Labels) -> [(name: String, value: String)] {
        let pairs = labels.withoutName.adding(externalLabels).pairs
        // An empty instance keeps the scraping Prometheus from setting its own.
        return labels.contains("instance") ? pairs : pairs + [("instance", "")]
    }

    private static func protobuf(_ series: [FederatedSeries]) -> [UInt8] {
        var writer = ProtobufExpositionWriter()
        for (name, labels, sample) in series {
            if let histogram = sample.histogram {
                writer.sample(name, labels: labels, histogram, at: sample.time)
            } else {
                writer.sample(name, labels: labels, sample.value, at: sample.time)
            }
        }
        return writer.finish()
    }

    private static func text(_ series: [FederatedSeries], quotesNames: Bool) -> [UInt8] {
        var writer = TextExpositionWriter()
        var family: String?
        for (name, labels, sample) in series {
            let name = quotesNames ? name : LabelName.underscored(metric: name)
            if name != family {
                writer.untyped(name)
                family = name
            }
            let labels = quotesNames ? labels : labels.map { (LabelName.underscored(label: $0.name), $0.value) }
            writer.sample(name, labels: labels, sample.value, at: sample.time)
        }
        return writer.bytes
    }
}

/// The newest sample of a series.
private struct FederatedSample {
    var time: Timestamp
    var value = 0.0
    var histogram: NativeHistogram?

    /// Nil when there is none, the series ended, or the sample has no form in an exposition.
    init?(_ buffer: SampleBuffer) {
        guard let milliseconds = buffer.timestamps.last, let last = buffer.values.last, !StaleMarker.isStale(last)
        else { return nil }
        time = Timestamp(milliseconds: milliseconds)
        guard HistogramBox.isBox(last) else {
            value = last
            return
        }
        histogram = buffer.histograms[HistogramBox.place(last)]
        if histogram?.hasCustomBounds == true { return nil }
    }
}
