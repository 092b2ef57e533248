package import Basics

/// One of the observations that a sample counts, with labels that lead to it: a trace's number, mostly.
package struct Exemplar: Sendable, Hashable {
    /// Characters (Unicode scalars) that names and values may have together (OpenMetrics 1.0, "Exemplars"); one with
    /// more is not kept.
    package static let labelCharactersMax = 128

    package var labels: Labels
    package var value: Double
    package var timestamp: Timestamp
    /// The time came with it. Otherwise it is its sample's, and says nothing about whether it was seen before.
    package var isTimed: Bool

    package init(labels: Labels, value: Double, timestamp: Timestamp, isTimed: Bool = true) {
        self.labels = labels
        self.value = value
        self.timestamp = timestamp
        self.isTimed = isTimed
    }
}

/// One series and what is kept of its exemplars, oldest first.
package struct ExemplarSeries: Sendable, Hashable {
    package var labels: Labels
    package var exemplars: [Exemplar]

    package init(labels: Labels, exemplars: [Exemplar]) {
        self.labels = labels
        self.exemplars = exemplars
    }
}

/// What became of a batch's exemplars. One that is refused refuses nothing else: they serve people, not sums.
package struct ExemplarOutcome: Sendable {
    package enum Reason: String, Sendable, Hashable {
        case outOfOrder = "out of order exemplar"
        case tooLong = "label length for exemplar exceeds maximum of 128 UTF-8 characters"
        case unknownSeries = "exemplar of a series without samples"
    }

    package struct Refusal: Sendable, Hashable {
        /// Index in `SampleBatch.exemplars`.
        package var exemplar: Int
        package var reason: Reason
    }

    /// Those that were there already included.
    package var appendedCount = 0
    package var refusedCount = 0
    /// In detail; beyond `AppendOutcome.refusalsMax` they are only counted.
    package private(set) var refusals: [Refusal] = []

    package init() {}

    package mutating func refuse(_ exemplar: Int, _ reason: Reason) {
        refusedCount += 1
        if refusals.count < AppendOutcome.refusalsMax {
            refusals.append(Refusal(exemplar: exemplar, reason: reason))
        }
    }
}

/// The way to exemplars. May be called concurrently with appends; takes time in proportion to what is kept.
package protocol ExemplarSource: Sendable {
    /// Exemplars in the inclusive range of the series that match all matchers of at least one selector, sorted by the
    /// series' labels. Blocks. Throws `SampleStoreError`.
    func exemplars(_ selectors: [[Matcher]], from: Timestamp, through: Timestamp) throws -> [ExemplarSeries]
}
