import WireFormats

/// `metrics.otlp:`, in Prometheus' words for its own `otlp`.
enum OTLPDecoding {
    static func decode(_ node: ConfigurationNode) -> OTLPTranslation {
        var translation = OTLPTranslation()
        guard var reader = node.mapping() else { return translation }
        if let strategy = reader["translation_strategy"], let word = strategy.string() {
            let known = OTLPTranslation.Strategy(rawValue: word)
            if known == nil {
                strategy.expected(OTLPTranslation.Strategy.allCases.map(\.rawValue).joined(separator: ", "))
            }
            translation.strategy = known ?? translation.strategy
        }
        let promoted = reader["promote_resource_attributes"]
        translation.promotedAttributes = Set(promoted?.list().compactMap { $0.string() } ?? [])
        translation.promotesAllAttributes = reader["promote_all_resource_attributes"]?.bool() ?? false
        let ignored = reader["ignore_resource_attributes"]
        translation.ignoredAttributes = Set(ignored?.list().compactMap { $0.string() } ?? [])
        if translation.promotesAllAttributes, let promoted {
            promoted.note("\(promoted.path) says nothing beside promote_all_resource_attributes: true")
        }
        if !translation.promotesAllAttributes, let ignored {
            ignored.note("\(ignored.path) needs promote_all_resource_attributes: true")
        }
        translation.keepsIdentifyingAttributes = reader["keep_identifying_resource_attributes"]?.bool() ?? false
        translation.promotesScope = reader["promote_scope_metadata"]?.bool() ?? false
        translation.convertsHistograms = reader["convert_histograms_to_nhcb"]?.bool() ?? false
        reader.finish()
        return translation
    }
}
