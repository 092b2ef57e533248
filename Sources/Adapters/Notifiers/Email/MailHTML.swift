/// The HTML part: the plain part's words, laid out for a phone. No images, no scripts, no outside styles.
enum MailHTML {
    static func make(_ message: MessageText, color: String) -> String {
        var html = """
            <!DOCTYPE html>
            <html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
            <body style="margin:0;padding:16px;font:16px/1.4 sans-serif">
            <h1 style="font-size:18px;margin:0 0 12px;border-left:6px solid \(color);padding-left:10px">\
            \(escape(message.headline))</h1>

            """
        if !message.links.isEmpty { html += "<p>\(message.links.map(link).joined(separator: " &middot; "))</p>\n" }
        html += "<table style=\"border-collapse:collapse\">\n"
        for fact in message.facts { html += row(fact) }
        html += "</table>\n"
        for paragraph in message.paragraphs {
            html += "<p style=\"white-space:pre-wrap\">\(escape(paragraph))</p>\n"
        }
        if message.alerts.count > 1 { html += alerts(message) }
        return html + "</body></html>\n"
    }

    private static func row(_ fact: MessageText.Fact) -> String {
        "<tr><td style=\"padding:2px 12px 2px 0;color:#666\">\(escape(fact.name))</td>"
            + "<td>\(escape(fact.value))</td></tr>\n"
    }

    private static func alerts(_ message: MessageText) -> String {
        var html = "<ul>\n"
        for alert in message.alerts {
            let state = alert.isResolved ? "resolved" : "firing"
            html += "<li>\(state) since \(escape(alert.since)): \(escape(alert.title))</li>\n"
        }
        if message.alertsLeftOut > 0 { html += "<li>and \(message.alertsLeftOut) more</li>\n" }
        return html + "</ul>\n"
    }

    private static func link(_ link: MessageText.Link) -> String {
        "<a href=\"\(escape(link.url))\">\(escape(link.title))</a>"
    }

    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
