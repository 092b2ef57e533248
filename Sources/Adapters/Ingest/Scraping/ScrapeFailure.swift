/// Why a scrape counts as failed.
package enum ScrapeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// No whole answer: no connection, no time, a status other than 200, too many bytes.
    case transport(String)
    /// An answer that is no exposition we read.
    case invalid(String)
    case tooManySamples(limit: Int)

    package var description: String {
        switch self {
        case .transport(let text), .invalid(let text): text
        case .tooManySamples(let limit): "sample limit of \(limit) exceeded"
        }
    }
}
