package import Basics
package import SignalModel

/// What lines of an intake came to: spans and errors, documents of logs, samples.
package struct IntakeEvents: Sendable {
    package struct Log: Sendable {
        package var index: String
        /// A JSON object.
        package var document: [UInt8]
    }

    package struct Metric: Sendable, Hashable {
        package var name: String
        package var labels: Labels
        package var timestamp: Timestamp
        package var value: Double
    }

    package var batch = SpanBatch()
    package var logs: [Log] = []
    package var metrics: [Metric] = []
    package var report = SpanReport()

    package init() {}

    package var isEmpty: Bool { batch.isEmpty && logs.isEmpty && metrics.isEmpty }
}
