import SignalModel

/// Which formats a job's targets are asked for, and what is made of their answers. Prometheus 3's rules
/// (scrape/scrape.go, `acceptHeader`; model/textparse, `extractMediaType`).
package struct ScrapeNegotiation: Sendable, Hashable {
    package static let standard: [ScrapeProtocol] = [.openMetrics100, .openMetrics001, .text100, .text004]
    /// The default of a job that wants native histograms, which no text has.
    package static let withNativeHistograms = [.prometheusProto] + standard

    /// The most wanted one first.
    package var protocols: [ScrapeProtocol]
    /// For answers without a known Content-Type; they fail without it.
    package var fallback: ScrapeProtocol?
    package var readsNativeHistograms: Bool
    /// A histogram that is native and has classic buckets too is taken as both.
    package var keepsClassicHistograms: Bool
    /// Classic histograms become native ones with custom buckets.
    package var convertsClassicHistograms: Bool

    package init(
        protocols: [ScrapeProtocol] = ScrapeNegotiation.standard, fallback: ScrapeProtocol? = nil,
        readsNativeHistograms: Bool = false, keepsClassicHistograms: Bool = false,
        convertsClassicHistograms: Bool = false
    ) {
        self.protocols = protocols
        self.fallback = fallback
        self.readsNativeHistograms = readsNativeHistograms
        self.keepsClassicHistograms = keepsClassicHistograms
        self.convertsClassicHistograms = convertsClassicHistograms
    }

    /// The Accept header, each format weighing a tenth less than the one before.
    var accept: String {
        var weight = ScrapeProtocol.allCases.count + 1
        var parts: [String] = []
        for one in protocols {
            parts.append("\(one.mediaType);q=0.\(weight)")
            weight -= 1
        }
        return (parts + ["*/*;q=0.\(weight)"]).joined(separator: ",")
    }

    /// How to read an answer.
    func format(of contentType: String?) throws(ScrapeFailure) -> ScrapeProtocol.Format {
        switch Self.mediaType(contentType ?? "") {
        case "text/plain": return .text
        case "application/openmetrics-text": return .openMetrics
        case "application/vnd.google.protobuf": return .protobuf
        default: break
        }
        if let fallback { return fallback.format }
        guard let contentType, !contentType.isEmpty else {
            throw .invalid("the target sends no Content-Type, and its job has no fallback_scrape_protocol")
        }
        throw .invalid(
            "Content-Type \(quoted(String(contentType.prefix(200)))) is not supported, and the job has no "
                + "fallback_scrape_protocol")
    }

    /// In lower case; nil when the header is not well formed (RFC 2045, 5.1).
    private static func mediaType(_ header: String) -> String? {
        let parts = header.split(separator: ";", omittingEmptySubsequences: false).map { part in
            part.drop { $0 == " " || $0 == "\t" }
        }
        guard let first = parts.first else { return nil }
        for (place, part) in parts.enumerated().dropFirst() where !(part.isEmpty && place == parts.count - 1) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty, !sides[0].contains(" ") else { return nil }
        }
        return String(first.reversed().drop { $0 == " " || $0 == "\t" }.reversed()).lowercased()
    }
}
