internal import Basics
package import Response
internal import SignalModel

/// A whole mail, headers and body, CRLF line ends, ready for DATA (before dot-stuffing, which libcurl does).
package struct MailMessage: Sendable, Hashable {
    package var text: String

    /// A longer key is cut in its header; the message id tells it apart from others all the same.
    private static let keyCharactersMax = 200

    package init(
        _ notification: Notification, from: MailAddress, to: [MailAddress], acknowledgeURL: String? = nil
    ) {
        let message = MessageText(notification, acknowledgeURL: acknowledgeURL)
        let domain = String(from.domain)
        let boundary = "=_\(MailID.token(notification.key))"
        var lines = MailHeader.addressLine("From", [from])
        lines += MailHeader.addressLine("To", to)
        lines += MailHeader.line("Subject", message.headline)
        lines += MailHeader.structuredLine("Date", MailDate.format(milliseconds: notification.decidedAtMilliseconds))
        // The same notification sent again is the same message to a mail store.
        lines += MailHeader.structuredLine("Message-ID", "<\(MailID.token(notification.key))@\(domain)>")
        if !notification.subject.pageID.isEmpty {
            // All mails of one page answer a root that is never sent, so they stand in one thread in any order.
            let root = "<page.\(MailID.token(notification.subject.pageID))@\(domain)>"
            lines += MailHeader.structuredLine("In-Reply-To", root)
            lines += MailHeader.structuredLine("References", root)
        }
        // RFC 3834: no vacation notice answers this.
        lines += MailHeader.structuredLine("Auto-Submitted", "auto-generated")
        let shownKey = DeliveryKey.headerSafe(notification.key).prefix(Self.keyCharactersMax)
        lines += MailHeader.structuredLine("X-Signalbox-Key", String(shownKey))
        if Self.isUrgent(notification) {
            lines += MailHeader.structuredLine("Importance", "high")
            lines += MailHeader.structuredLine("X-Priority", "1")
        }
        lines += MailHeader.structuredLine("MIME-Version", "1.0")
        lines += "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"
        lines += Self.part("text/plain", message.plain, boundary: boundary)
        let html = MailHTML.make(message, color: SignalColor.hex(notification.subject))
        lines += Self.part("text/html", html, boundary: boundary)
        text = lines + "--\(boundary)--\r\n"
    }

    /// A mail whose texts somebody else made: `headers` hold the subject; `thread` names what mails belong together.
    init(
        key: String, thread: String, decidedAtMilliseconds: Int64, from: MailAddress, to: [MailAddress],
        headers: [(name: String, value: String)], plain: String, html: String
    ) {
        let domain = String(from.domain)
        let boundary = "=_\(MailID.token(key))"
        var lines = MailHeader.addressLine("From", [from])
        lines += MailHeader.addressLine("To", to)
        for header in headers where HeaderRule.isName(header.name) && !Self.isOwn(header.name) {
            lines += MailHeader.line(header.name, header.value)
        }
        lines += MailHeader.structuredLine("Date", MailDate.format(milliseconds: decidedAtMilliseconds))
        lines += MailHeader.structuredLine("Message-ID", "<\(MailID.token(key))@\(domain)>")
        let root = "<group.\(MailID.token(thread))@\(domain)>"
        lines += MailHeader.structuredLine("In-Reply-To", root)
        lines += MailHeader.structuredLine("References", root)
        lines += MailHeader.structuredLine("Auto-Submitted", "auto-generated")
        lines += MailHeader.structuredLine("MIME-Version", "1.0")
        lines += "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"
        lines += Self.part("text/plain", plain, boundary: boundary)
        if !html.isEmpty { lines += Self.part("text/html", html, boundary: boundary) }
        text = lines + "--\(boundary)--\r\n"
    }

    /// Headers that are not left to a configuration.
    private static func isOwn(_ name: String) -> Bool {
        [
            "from", "to", "date", "message-id", "in-reply-to", "references", "auto-submitted", "mime-version",
            "content-type", "content-transfer-encoding",
        ].contains(name.lowercased())
    }

    private static func isUrgent(_ notification: Notification) -> Bool {
        let isSevere = notification.subject.severity == .p0 || notification.subject.severity == .p1
        return isSevere && (notification.kind == .page || notification.kind == .selfAlarm)
    }

    private static func part(_ type: String, _ content: String, boundary: String) -> String {
        "--\(boundary)\r\nContent-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + QuotedPrintable.encode(content) + "\r\n"
    }
}
