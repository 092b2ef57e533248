/// A relabelling rule as a configuration writes it, with Prometheus' defaults.
package struct RelabelSettings: Sendable, Hashable {
    package static let defaultSeparator = ";"
    package static let defaultRegex = "(.*)"
    package static let defaultReplacement = "$1"

    package var action = RelabelAction.replace
    /// Nil when the configuration says nothing.
    package var sourceLabels: [String]?
    package var separator = Self.defaultSeparator
    /// Nil when the configuration says nothing, which some actions tell from the default written out.
    package var regex: String?
    package var modulus: UInt64 = 0
    package var targetLabel = ""
    package var replacement = Self.defaultReplacement

    package init() {}
}

/// Why a rule is refused, in Prometheus' words.
package struct InvalidRelabelRule: Error, Sendable, Hashable, CustomStringConvertible {
    /// The key of the configuration that is wrong; nil when something is missing, or too much.
    package var key: String?
    package var description: String
}
