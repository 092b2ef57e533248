package import Response

extension SlackMessage {
    package init(_ notification: Notification) {
        let message = MessageText(notification)
        text = SlackText.escape(SlackText.cut(message.headline, charactersMax: SlackLimits.textCharactersMax))
        attachments = [
            Attachment(
                color: SignalColor.hex(notification.subject), fallback: message.headline,
                blocks: Self.blocks(message))
        ]
    }

    private static func blocks(_ message: MessageText) -> [Block] {
        var blocks: [Block] = []
        let links = Text.links(message.links)
        if !links.text.isEmpty { blocks.append(Block(text: links)) }
        let fields = message.facts.prefix(SlackLimits.fieldsMax).map {
            Text.plain("\($0.name): \($0.value)", charactersMax: SlackLimits.fieldCharactersMax)
        }
        if !fields.isEmpty { blocks.append(Block(fields: fields)) }
        for paragraph in message.paragraphs { blocks.append(section(paragraph)) }
        if message.alerts.count > 1 {
            var lines = message.alerts.map { "\($0.isResolved ? "🟢" : "🔴") \($0.title)" }
            if message.alertsLeftOut > 0 { lines.append("… and \(message.alertsLeftOut) more") }
            blocks.append(section(lines.joined(separator: "\n")))
        }
        return blocks
    }

    private static func section(_ text: String) -> Block {
        Block(text: .plain(text, charactersMax: SlackLimits.sectionCharactersMax))
    }
}
