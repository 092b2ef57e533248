/// What a request shows to prove who sent it, not yet checked.
package enum Credential: Sendable, Hashable {
    /// A token, by `Authorization: Bearer` or as the password of `Authorization: Basic`: Prometheus agents send
    /// either. The user name beside it means nothing. Also the key of Elasticsearch's `ApiKey`.
    case token(String)
    /// The value of the session cookie.
    case session(String)

    /// Beyond it a header is no credential: ours are far shorter, and nothing is hashed or decoded for strangers.
    package static let charactersMax = 1024

    /// The name and the password of a `Basic` header; nil for any other.
    package static func password(authorization header: String) -> (name: String, password: String)? {
        guard header.utf8.count <= charactersMax, let space = header.firstIndex(of: " "),
            header[..<space].lowercased() == "basic",
            let bytes = Base64.decode(header[header.index(after: space)...].drop { $0 == " " }),
            let text = String(validating: bytes, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    /// Reads an `Authorization` header; nil when its scheme is another or it is malformed.
    package init?(authorization header: String) {
        guard header.utf8.count <= Self.charactersMax, let space = header.firstIndex(of: " ") else { return nil }
        let rest = header[header.index(after: space)...].drop { $0 == " " }
        switch header[..<space].lowercased() {
        // The second is how Opsgenie's clients say it.
        case "bearer", "geniekey":
            guard !rest.isEmpty else { return nil }
            self = .token(String(rest))
        case "basic":
            guard let bytes = Base64.decode(rest), let text = String(validating: bytes, as: UTF8.self),
                let colon = text.firstIndex(of: ":")
            else { return nil }
            let password = text[text.index(after: colon)...]
            guard !password.isEmpty else { return nil }
            self = .token(String(password))
        case "apikey":
            // Elasticsearch's: `id:key` in base64; the key is the token, what the id says means nothing.
            guard let bytes = Base64.decode(rest), let text = String(validating: bytes, as: UTF8.self) else {
                return nil
            }
            let key = text.split(separator: ":", omittingEmptySubsequences: false).last ?? ""
            guard !key.isEmpty else { return nil }
            self = .token(String(key))
        default:
            return nil
        }
    }
}
