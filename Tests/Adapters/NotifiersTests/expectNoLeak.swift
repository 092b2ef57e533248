import Response
import Testing

/// Asserts that no secret is in what a delivery came to, nor any telling piece of it. A receiver's host is no
/// secret: give the path.
func expectNoLeak(
    _ result: DeliveryResult, of secrets: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
    let text = String(reflecting: result)
    for secret in secrets {
        #expect(!text.contains(secret), "leaks \(secret)", sourceLocation: sourceLocation)
        for piece in secret.split(whereSeparator: { "/?&=:@ ".contains($0) }) where piece.count >= 8 {
            #expect(!text.contains(piece), "leaks \(piece)", sourceLocation: sourceLocation)
        }
    }
}

/// The three outcomes without their reasons.
enum Outcome: Hashable, Sendable {
    case delivered
    case posted(String)
    case accepted(String)
    case retry(after: Int64?)
    case permanent

    init(_ result: DeliveryResult) {
        switch result {
        case .delivered: self = .delivered
        case .posted(let reference): self = .posted(reference)
        case .accepted(let reference, _): self = .accepted(reference)
        case .retry(_, let milliseconds): self = .retry(after: milliseconds)
        case .permanent: self = .permanent
        }
    }
}

extension DeliveryResult {
    var reason: String {
        switch self {
        case .delivered, .posted, .accepted: ""
        case .retry(let reason, _), .permanent(let reason): reason
        }
    }
}
