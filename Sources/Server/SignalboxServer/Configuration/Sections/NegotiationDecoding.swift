import Ingest

/// The keys about formats, which `metrics:` and each of `scrape_configs:` have.
struct NegotiationDecoding: Sendable, Hashable {
    var protocols: [ScrapeProtocol]?
    var fallback: ScrapeProtocol?
    var readsNativeHistograms: Bool?
    var keepsClassicHistograms: Bool?
    var convertsClassicHistograms: Bool?

    init() {}

    init(_ reader: inout MappingReader) {
        if let node = reader["scrape_protocols"] { protocols = Self.protocols(node) }
        readsNativeHistograms = reader["scrape_native_histograms"]?.bool()
        keepsClassicHistograms = reader["always_scrape_classic_histograms"]?.bool()
        convertsClassicHistograms = reader["convert_classic_histograms_to_nhcb"]?.bool()
    }

    private static func protocols(_ node: ConfigurationNode) -> [ScrapeProtocol]? {
        let entries = node.list()
        if entries.isEmpty { node.expected("a list of one protocol or more") }
        var known: [ScrapeProtocol] = []
        for entry in entries {
            guard let one = entry.choice(ScrapeProtocol.self) else { continue }
            if known.contains(one) { entry.note("\(entry.path): \(one.rawValue) is there twice") }
            known.append(one)
        }
        return known
    }

    /// What a job says, completed by what is said for all.
    func negotiation(_ general: NegotiationDecoding) -> ScrapeNegotiation {
        let readsNativeHistograms = readsNativeHistograms ?? general.readsNativeHistograms ?? false
        let standard =
            readsNativeHistograms ? ScrapeNegotiation.withNativeHistograms : ScrapeNegotiation.standard
        return ScrapeNegotiation(
            protocols: protocols ?? general.protocols ?? standard, fallback: fallback,
            readsNativeHistograms: readsNativeHistograms,
            keepsClassicHistograms: keepsClassicHistograms ?? general.keepsClassicHistograms ?? false,
            convertsClassicHistograms: convertsClassicHistograms ?? general.convertsClassicHistograms ?? false)
    }
}
