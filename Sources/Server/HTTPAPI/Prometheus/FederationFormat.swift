import WireFormats

/// In which form a scraper wants what is federated.
enum FederationFormat: Equatable {
    case protobuf
    /// Names that 0.0.4 cannot have in quotation marks, or with underscores for the characters that it cannot have.
    case text(quotesNames: Bool)

    /// Of those that the Accept header names, the first with the highest weight (RFC 9110, 12.5.1); text otherwise.
    init(accept: String?) {
        var best: (format: FederationFormat, weight: Double)?
        for item in (accept ?? "").lowercased().split(separator: ",").prefix(Self.itemsMax) {
            let parts = item.split(separator: ";").map { String($0.filter { !$0.isWhitespace }) }
            let parameters = parts.dropFirst()
            let format: FederationFormat
            switch parts.first {
            case "application/vnd.google.protobuf"
            where parameters.contains("encoding=delimited")
                && parameters.contains("proto=io.prometheus.client.metricfamily"):
                format = .protobuf
            case "text/plain", "text/*", "*/*":
                format = .text(
                    quotesNames: parameters.contains("version=1.0.0") && parameters.contains("escaping=allow-utf-8"))
            default: continue
            }
            let weight = parameters.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > best?.weight ?? 0 { best = (format, weight) }
        }
        self = best?.format ?? .text(quotesNames: false)
    }

    /// Of a header that names more the first are looked at.
    private static let itemsMax = 32

    var contentType: String {
        switch self {
        case .protobuf: ProtobufExpositionWriter.contentType
        case .text(quotesNames: true): TextExpositionWriter.quotingContentType
        case .text: TextExpositionWriter.contentType
        }
    }
}
