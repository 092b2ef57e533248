/// The patterns that ship, for who wants to read them.
package enum GrokPatternList {
    /// By name; nil for a mode that there is not.
    package static func patterns(ecsCompatibility mode: String) -> [(name: String, text: String)]? {
        guard let bank = GrokBank.shipped(ecsCompatibility: mode) else { return nil }
        return bank.names.map { ($0, bank[$0] ?? "") }
    }
}
