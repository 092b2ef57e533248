/// Why a scrape counts as failed.
package enum ScrapeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// No whole answer: no connection, no time, a status other than 200, too many bytes.
    case transport(String)
    /// An answer that is no exposition we read.
    case invalid(String)
    /// More samples, labels or targets than the job allows.
    case limit(String)

    static let tooManySamples = ScrapeFailure.limit("sample limit exceeded")
    static let bodyTooLarge = ScrapeFailure.limit("body size limit exceeded")
    static let nameless = ScrapeFailure.invalid("missing metric name (__name__ label)")

    package var description: String {
        switch self {
        case .transport(let text), .invalid(let text), .limit(let text): text
        }
    }
}
