package import Response

/// A notification as an SMS: what it is, how to answer it, the link.
package enum SMSText {
    /// Twilio refuses more than 1600 characters; a text this long is five or six segments already.
    package static let charactersMax = 700
    private static let titleCharactersMax = 300

    package static func make(_ notification: Notification, acknowledgeURL: String?) -> String {
        let subject = notification.subject
        var lines = [PlainLine.make(MessageText(notification).headline, charactersMax: titleCharactersMax)]
        if !subject.text.isEmpty {
            lines.append(PlainLine.paragraph(subject.text, charactersMax: titleCharactersMax))
        }
        if subject.status == .firing, notification.kind == .page, let code = SMSReply.code(ofPage: subject.pageID) {
            lines.append("Reply \(code)a to acknowledge, \(code)e to escalate, \(code)c to resolve.")
        }
        if let acknowledgeURL { lines.append(acknowledgeURL) }
        let text = lines.joined(separator: "\n")
        return text.utf16.count <= charactersMax ? text : SlackText.cut(text, charactersMax: charactersMax)
    }
}
