package import Ingest

/// `metrics.remote`.
package struct RemoteStoreSettings: Sendable, Hashable {
    package static let defaultTimeout = Duration.seconds(30)
    /// Hours of an outage at some thousands of samples a second.
    package static let defaultQueueBytes = 2 << 30

    /// Takes remote write 1.0.
    package var writeURL: String
    /// Without `/api/v1` and a slash at its end.
    package var queryURL: String
    /// Of one request that writes, or that looks for labels; queries have their own.
    package var timeout = Self.defaultTimeout
    /// While more waits to be sent, nothing more is taken.
    package var queueBytesMax = Self.defaultQueueBytes
    package var http = HTTPClientSettings()

    package init(writeURL: String, queryURL: String) {
        self.writeURL = writeURL
        self.queryURL = queryURL
    }

    /// Scheme, host and path of a URL: what may be shown, for a query may hold a key.
    static func place(_ url: String) -> String { String(url.prefix { $0 != "?" && $0 != "#" }) }
}
