/// What a target answered, unpacked.
package struct ScrapeAnswer: Sendable, Hashable {
    package var body: [UInt8]
    /// The header, as it came.
    package var contentType: String?

    package init(body: [UInt8], contentType: String? = "text/plain") {
        self.body = body
        self.contentType = contentType
    }
}
