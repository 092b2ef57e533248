/// What a relabelling rule does; Prometheus' words.
package enum RelabelAction: String, Sendable, Hashable, CaseIterable {
    /// Writes the expanded replacement to the target label where the whole source matches.
    case replace
    /// Drops the label set unless the source matches.
    case keep
    case drop
    /// Drops the label set unless the source equals the target label.
    case keepequal
    case dropequal
    /// Writes the source's hash modulo a number to the target label.
    case hashmod
    /// Copies labels whose names match to the expanded names.
    case labelmap
    /// Removes labels whose names match.
    case labeldrop
    /// Removes labels whose names do not match.
    case labelkeep
    case lowercase
    case uppercase
}
