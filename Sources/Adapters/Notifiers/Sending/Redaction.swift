package import Basics

/// Takes the secrets of a channel out of texts that will be seen: reasons, logs. What the far end answers may
/// repeat the URL or a header it was sent.
package struct Redaction: Sendable {
    private let secrets: [String]

    /// Shorter pieces are not looked for: they would tear holes into ordinary words.
    private static let charactersMin = 4

    package init(_ secrets: [Secret]) {
        var pieces: Set<String> = []
        for secret in secrets {
            pieces.insert(secret.revealed)
            guard let url = WebURL(secret.revealed) else { continue }
            pieces.formUnion([url.userInformation, url.pathAndQuery])
            pieces.formUnion(url.userInformation.split(separator: ":").map(String.init))
            // Long path pieces and query values are what a credential in a URL looks like.
            let parts = url.pathAndQuery.split { "/?&=#".contains($0) }.map(String.init)
            pieces.formUnion(parts.filter { $0.count >= 8 })
        }
        self.secrets = pieces.filter { $0.count >= Self.charactersMin }.sorted { ($0.count, $0) > ($1.count, $1) }
    }

    /// `text` on one line, without secrets, at most `charactersMax` long.
    package func clean(_ text: String, charactersMax: Int = 200) -> String {
        var cleaned = text
        for secret in secrets { cleaned.replace(secret, with: "<secret>") }
        var line = ""
        for character in cleaned.prefix(charactersMax * 2) {
            let isPlain = character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
            if isPlain {
                line.append(character)
            } else if !line.hasSuffix(" ") {
                line.append(" ")
            }
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line.count > charactersMax ? line.prefix(charactersMax - 1) + "…" : line
    }
}
