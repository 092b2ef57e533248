package import Basics
import HTTPAPI
package import Logging
import PromQL
package import SignalModel

/// Our own metrics: as text for `/metrics`, and into the store like any target's, so that Signalbox watches itself
/// with nothing else set up.
package struct SelfTelemetry: Sendable {
    private let collect: @Sendable () async -> [SelfMetric]
    private let appender: any SampleAppender
    private let clock: any WallClock
    private let logger: Logger
    private let labels: Labels

    private static let interval = Duration.seconds(15)

    package init(
        instance: String, appender: any SampleAppender, clock: any WallClock, logger: Logger,
        collect: @escaping @Sendable () async -> [SelfMetric]
    ) {
        self.appender = appender
        self.clock = clock
        self.logger = logger
        self.collect = collect
        labels = Labels([(name: "job", value: "signalbox"), (name: "instance", value: instance)])
    }

    /// Text exposition 0.0.4.
    package func exposition() async -> String {
        var text = ""
        for metric in await collect() {
            text += "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for (labels, value) in metric.values {
                let inner = labels.pairs.map { "\($0.name)=\(quoted($0.value))" }.joined(separator: ",")
                text += metric.name + (inner.isEmpty ? "" : "{\(inner)}") + " \(ValueFormat.json(value))\n"
            }
        }
        return text
    }

    /// Appends everything each interval until cancelled.
    package func run() async throws {
        while true {
            await append(at: clock.now())
            try await clock.sleep(until: clock.now() + Self.interval)
        }
    }

    private func append(at time: Timestamp) async {
        var batch = SampleBatch()
        func add(_ name: String, _ own: Labels, _ value: Double) {
            var builder = LabelsBuilder(own)
            for (label, text) in labels.pairs { builder.set(label, text) }
            builder.set(Labels.metricName, name)
            batch.beginSeries(builder.labels())
            batch.append(Sample(timestamp: time, value: value))
        }
        for metric in await collect() {
            for (own, value) in metric.values { add(metric.name, own, value) }
        }
        add("up", .empty, 1)
        do {
            _ = try await appender.append(batch, policy: .keepValid)
        } catch {
            logger.error("own metrics not stored", metadata: ["reason": "\(error)"])
        }
    }
}
