/// An absolute http or https URL, taken apart as far as sending and hiding it need.
struct WebURL: Sendable, Hashable {
    let text: String
    /// Host and port, without the user information before them: may be shown.
    let authority: String
    /// User information, if any.
    let userInformation: String
    /// From the first slash on, query included.
    let pathAndQuery: String

    /// Longer ones are refused; Slack and browsers stop earlier.
    static let bytesMax = 3000

    /// Nil for other schemes, without a host, or with characters that a URL must escape.
    init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            !text.utf8.contains(where: { Self.mustBeEscaped.contains($0) }),
            let separator = text.firstRange(of: "://")
        else { return nil }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[separator.upperBound...]
        let authorityEnd = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let full = rest[..<authorityEnd]
        let at = full.lastIndex(of: "@")
        userInformation = at.map { String(full[..<$0]) } ?? ""
        authority = String(at.map { full[full.index(after: $0)...] } ?? full)
        pathAndQuery = String(rest[authorityEnd...])
        guard !authority.isEmpty, !authority.hasPrefix(":") else { return nil }
        self.text = text
    }

    /// What settings say of a `key` whose text is no such URL; empty where it is one.
    static func problems(_ text: String, key: String) -> [String] {
        WebURL(text) == nil ? ["\(key): needs http:// or https:// and a host"] : []
    }

    private static let mustBeEscaped = Array("\"<>\\^`{|}".utf8)
}
