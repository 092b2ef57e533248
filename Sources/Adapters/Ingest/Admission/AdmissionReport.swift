/// What admission took out of one request.
package struct AdmissionReport: Sendable, Hashable {
    /// Floats of an agent whose pair is listened to; they count as stored.
    package var duplicateSamples = 0
    package var duplicateHistograms = 0
    package var duplicateExemplars = 0
    /// Series over one of the sender's limits.
    package var refusedSeries = 0
    /// Which limits, and the first series each met; for the sender.
    package var reasons: [String] = []

    package init() {}

    /// Nil when nothing was refused.
    package var refusal: String? {
        refusedSeries == 0 ? nil : "\(refusedSeries) series left out: " + reasons.joined(separator: "; ")
    }
}
