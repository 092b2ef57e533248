/// A channel that pushes to the browsers and phones that people have enabled in the console. No account anywhere: a
/// browser's maker carries the message, sealed.
package struct PushSettings: Sendable, Hashable {
    /// Whom a push service may write to about us: `mailto:ops@example.org` or an https address.
    package var contact: String
    /// Hosts that devices may have their pushes sent to; `*.` in front stands for any name below. Others are refused:
    /// the address of a device comes from outside, and the server calls it.
    package var services: [String]

    package static let servicesDefault = [
        "fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", "*.notify.windows.com",
    ]

    package init(contact: String, services: [String] = PushSettings.servicesDefault) {
        self.contact = contact
        self.services = services
    }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] {
        var problems: [String] = []
        let isMail = contact.hasPrefix("mailto:") && MailAddress(String(contact.dropFirst(7))) != nil
        if !isMail, !(contact.hasPrefix("https://") && WebURL(contact) != nil) {
            problems.append("contact: needs mailto:ADDRESS or an https:// address")
        }
        for service in services
        where !HostRule.isHost(service.hasPrefix("*.") ? String(service.dropFirst(2)) : service) {
            problems.append("services: \(service) is no host")
        }
        return problems
    }

    /// Whether a device may have its pushes sent there: a listed host by https, and in the clear only to this machine.
    package func allows(_ endpoint: String) -> Bool {
        guard let url = WebURL(endpoint), url.userInformation.isEmpty else { return false }
        let host = Self.host(url.authority)
        guard url.text.hasPrefix("https://") || HostRule.isLoopback(host) else { return false }
        return services.contains { service in
            service.hasPrefix("*.") ? host.hasSuffix(service.dropFirst(1)) : host == service
        }
    }

    private static func host(_ authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }).lowercased() }
        return authority.prefix { $0 != ":" }.lowercased()
    }
}
