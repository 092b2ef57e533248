package import Response
internal import SignalModel

extension TeamsMessage {
    /// Teams refuses messages of more than some 28 KB; ours stay well below.
    package static let bytesMax = 24 << 10
    /// Buttons beyond it are folded away by Teams.
    private static let actionsMax = 6

    /// The whole message, or what fits of it: the headline, the facts and the links.
    package static func encoded(_ notification: Notification, acknowledgeURL: String?) throws -> [UInt8] {
        let message = MessageText(notification, acknowledgeURL: acknowledgeURL)
        let whole = try JSONBody.encode(TeamsMessage(message, notification.subject))
        guard whole.count > bytesMax else { return whole }
        var short = message
        short.paragraphs = []
        short.alerts = []
        return try JSONBody.encode(TeamsMessage(short, notification.subject))
    }

    package init(_ message: MessageText, _ subject: Subject) {
        var body = [
            Block(inlines: [
                Run(text: message.headline, weight: "Bolder", size: "Large", color: Self.color(subject))
            ])
        ]
        for fact in message.facts {
            body.append(Block(inlines: [Run(text: fact.name + ": ", weight: "Bolder"), Run(text: fact.value)]))
        }
        for paragraph in message.paragraphs { body.append(Block(inlines: [Run(text: paragraph)])) }
        if message.alerts.count > 1 {
            var lines = message.alerts.map { "\($0.isResolved ? "🟢" : "🔴") \($0.title)" }
            if message.alertsLeftOut > 0 { lines.append("… and \(message.alertsLeftOut) more") }
            for line in lines { body.append(Block(inlines: [Run(text: line)])) }
        }
        let actions = message.links.prefix(Self.actionsMax).map { Action(title: $0.title, url: $0.url) }
        attachments = [
            Attachment(content: Card(fallbackText: message.headline, body: body, actions: Array(actions)))
        ]
    }

    private static func color(_ subject: Subject) -> String {
        switch (subject.status, subject.severity) {
        case (.resolved, _): "Good"
        case (.acknowledged, _): "Accent"
        case (.firing, .p0), (.firing, .p1): "Attention"
        case (.firing, .p2): "Warning"
        case (.firing, .p3): "Default"
        }
    }
}
