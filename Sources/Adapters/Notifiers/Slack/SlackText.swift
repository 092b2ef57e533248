/// Text for Slack. What comes from outside goes into `plain_text` objects, where nothing is a mention, a link or a
/// format and a name can be copied as it is; only our own links are mrkdwn.
enum SlackText {
    /// For the message's own line, which Slack reads for `<…>` even with mrkdwn off.
    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// The URL passed `WebURL`, so it holds no angle bracket or bar.
    static func link(_ link: MessageText.Link) -> String {
        "<\(link.url.replacing("&", with: "&amp;"))|\(escape(link.title))>"
    }

    static func cut(_ text: String, charactersMax: Int) -> String {
        // Slack counts like JavaScript, in UTF-16 units.
        guard text.utf16.count > charactersMax else { return text }
        var kept = text.prefix(charactersMax - 1)
        while kept.utf16.count > charactersMax - 1 { kept.removeLast() }
        return kept + "…"
    }
}
