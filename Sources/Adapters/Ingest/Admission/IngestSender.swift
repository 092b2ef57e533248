package import SignalModel

/// Who sends samples, as far as admission minds.
package struct IngestSender: Sendable, Hashable {
    /// Of the token; limits are counted under it.
    package var id: String
    /// For people to read.
    package var name: String
    package var limits: IngestLimits

    package init(id: String, name: String, limits: IngestLimits = .none) {
        self.id = id
        self.name = name
        self.limits = limits
    }
}
