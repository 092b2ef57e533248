extension MessageText {
    /// All of it as plain text, the links right after the headline so that a phone shows them without scrolling.
    package var plain: String {
        var lines = [headline, ""]
        for link in links { lines.append("\(link.title): \(link.url)") }
        if !links.isEmpty { lines.append("") }
        for fact in facts { lines.append("\(fact.name): \(fact.value)") }
        for paragraph in paragraphs { lines += ["", paragraph] }
        if alerts.count > 1 {
            lines += ["", "Alerts:"]
            for alert in alerts {
                lines.append("- \(alert.isResolved ? "resolved" : "firing") since \(alert.since): \(alert.title)")
            }
            if alertsLeftOut > 0 { lines.append("- and \(alertsLeftOut) more") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
