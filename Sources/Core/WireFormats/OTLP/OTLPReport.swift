package import Basics
package import SignalModel

/// What became of one OTLP request beside the samples in its batch.
package struct OTLPReport: Sendable {
    /// Problems told in detail; of the others the points are only counted.
    package static let problemsMax = 8
    /// Metadata records kept of one request; the others come again anyway.
    package static let metadataMax = 10_000

    package internal(set) var points = 0
    /// Of them, those left out.
    package internal(set) var rejectedPoints = 0
    package internal(set) var problems: [String] = []
    package internal(set) var metadata: [MetricMetadata] = []

    /// Exemplars left out; their points are not.
    package internal(set) var badExemplars = 0
}

/// The series of one OTLP request.
package struct OTLPBatch: Sendable {
    /// A series whose samples are increments since the one before, or since `start`, when counting began.
    package struct Increment: Sendable, Hashable {
        /// Index in `samples.entries`.
        package var entry: Int
        /// Of the first observation in it; nil when the sender does not say.
        package var start: Timestamp?
    }

    package internal(set) var samples = SampleBatch()
    /// In the order of their entries.
    package internal(set) var increments: [Increment] = []

    package init() {}
}
