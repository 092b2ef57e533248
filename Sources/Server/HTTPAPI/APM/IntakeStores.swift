import Pipeline
package import SignalModel
import WireFormats

/// Where the events of an intake go: spans and errors, logs, samples.
package struct IntakeStores: Sendable {
    let spans: SpanIntake
    let logs: LogIntake
    let samples: any SampleAppender
    let threads: BlockingThreads

    package init(spans: SpanIntake, logs: LogIntake, samples: any SampleAppender, threads: BlockingThreads) {
        self.spans = spans
        self.logs = logs
        self.samples = samples
        self.threads = threads
    }

    /// Returns once all of it is durable.
    func store(_ packed: IntakeReader.Packed) async throws {
        try await spans.store(packed.spans, dialect: "apm")
        if !packed.logs.isEmpty { _ = try await logs.store(packed.logs, dialect: "apm") }
        // Samples that are too old or there already are no reason for an agent to lose its spans.
        if !packed.metrics.isEmpty { _ = try await samples.append(packed.metrics, policy: .keepValid) }
    }
}
