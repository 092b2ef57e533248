/// How names and attributes of OpenTelemetry become Prometheus' (its `otlp` configuration, whose words these are).
package struct OTLPTranslation: Sendable, Hashable {
    package enum Strategy: String, Sendable, Hashable, CaseIterable {
        case underscoreEscapingWithSuffixes = "UnderscoreEscapingWithSuffixes"
        case underscoreEscapingWithoutSuffixes = "UnderscoreEscapingWithoutSuffixes"
        case noUTF8EscapingWithSuffixes = "NoUTF8EscapingWithSuffixes"
        case noTranslation = "NoTranslation"

        var escapes: Bool { self == .underscoreEscapingWithSuffixes || self == .underscoreEscapingWithoutSuffixes }
        var addsSuffixes: Bool { self == .underscoreEscapingWithSuffixes || self == .noUTF8EscapingWithSuffixes }
    }

    package var strategy = Strategy.underscoreEscapingWithSuffixes
    /// Attributes of resources that become labels of each of their series.
    package var promotedAttributes: Set<String> = []
    /// All but `ignoredAttributes` do.
    package var promotesAllAttributes = false
    package var ignoredAttributes: Set<String> = []
    /// `service.name`, `service.namespace` and `service.instance.id` are on `target_info` too.
    package var keepsIdentifyingAttributes = false
    /// Name, version, schema and attributes of the scope become labels `otel_scope_…`.
    package var promotesScope = false
    /// Histograms with explicit bounds become native ones with custom buckets.
    package var convertsHistograms = false

    package init() {}

    func promotes(_ name: String) -> Bool {
        promotesAllAttributes ? !ignoredAttributes.contains(name) : promotedAttributes.contains(name)
    }
}
