package import SignalModel

/// While an alert that `sources` match fires, those that `targets` match and that agree in `equal` are not told.
package struct InhibitionRule: Sendable, Hashable, Codable {
    package var sources: [Matcher]
    package var targets: [Matcher]
    /// Labels whose values must be the same; absent ones are empty, so two alerts without them agree.
    package var equal: [String]

    package init(sources: [Matcher], targets: [Matcher], equal: [String]) {
        self.sources = sources
        self.targets = targets
        self.equal = equal
    }

    func key(_ labels: [String: String]) -> [String] { equal.map { labels[$0] ?? "" } }
}
