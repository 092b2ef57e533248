internal import Response

extension HTTPReply {
    /// What an answer that is no success means: 408 (a time-out told by the far end's proxy), 429 and 5xx are tried
    /// again, everything else needs a person. `said` is clean of secrets.
    func refusal(by authority: String, said: String) -> DeliveryResult {
        let reason = "\(authority) answered \(status)" + (said.isEmpty ? "" : ": \(said)")
        switch status {
        case 408, 429, 500..<600: return .retry(reason: reason, retryAfterMilliseconds: retryAfterMilliseconds)
        case 300..<400: return .permanent(reason: "\(reason) (redirects are not followed)")
        default: return .permanent(reason: reason)
        }
    }
}
