package import SignalModel

/// What the labels that a token forces must be like: they reach every series of a cluster.
package enum ForcedLabels {
    /// Nil when `labels` will do, otherwise why not.
    package static func refusal(_ labels: Labels) -> String? {
        if labels.count > IdentityLimits.forcedLabelsMax {
            return "a token forces at most \(IdentityLimits.forcedLabelsMax) labels"
        }
        for (name, value) in labels.pairs {
            if !LabelName.isLegacy(name) || name.hasPrefix("__") {
                return "\(quoted(name)) cannot be forced: it is no label name, or one that is reserved"
            }
            if value.isEmpty || value.utf8.count > IdentityLimits.forcedLabelValueBytesMax {
                return "the forced label \(name) needs a value of at most "
                    + "\(IdentityLimits.forcedLabelValueBytesMax) bytes"
            }
        }
        return nil
    }
}
