import Basics
import HTTPTypes
import Hummingbird
import PromQL
import SignalModel
import WireFormats

extension PrometheusAPI {
    /// The newest sample of each series that one of `match[]` selects, as text: for a Prometheus above this one.
    /// After `web/federate.go`: types are not told, times are, stale series are left out.
    func federate(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let selectors = try await PrometheusParameters.read(request).selectors()
        guard !selectors.isEmpty else { throw APIError(.badData, "no match[] parameter provided") }
        let now = clock.now()
        let (source, lookback, externalLabels) = (source, limits().lookback, status.externalLabels())
        let text = try await threads.run {
            var newest: [Labels: Sample] = [:]
            var buffer = SampleBuffer()
            for matchers in selectors {
                let from = now - lookback + .milliseconds(1)
                for series in try source.select(matchers, from: from, through: now, sorted: false) {
                    buffer.removeAll()
                    try series.read(from: from, through: now, into: &buffer)
                    guard let time = buffer.timestamps.last, let value = buffer.values.last,
                        !StaleMarker.isStale(value),
                        // The text form has none.
                        !HistogramBox.isBox(value)
                    else { continue }
                    newest[series.labels] = Sample(timestamp: Timestamp(milliseconds: time), value: value)
                }
            }
            return Self.text(newest, externalLabels)
        }
        return Response(
            status: .ok, headers: [.contentType: TextExpositionWriter.contentType],
            body: ResponseBody(byteBuffer: .init(bytes: text)))
    }

    private static func text(_ newest: [Labels: Sample], _ externalLabels: Labels) -> [UInt8] {
        let byName = newest.map { ($0.key.name ?? "", $0.key, $0.value) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        var writer = TextExpositionWriter()
        var family: String?
        for (name, labels, sample) in byName {
            // The text form has no other names.
            guard LabelName.isLegacyMetricName(name) else { continue }
            if name != family {
                writer.untyped(name)
                family = name
            }
            // An empty instance keeps the scraping Prometheus from setting its own.
            var pairs = labels.withoutName.adding(externalLabels).pairs
            if !labels.contains("instance") { pairs.append(("instance", "")) }
            writer.sample(name, labels: pairs, sample.value, at: sample.timestamp)
        }
        return writer.bytes
    }
}
