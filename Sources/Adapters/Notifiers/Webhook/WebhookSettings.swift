package import Basics
internal import SignalModel

/// A channel that posts Alertmanager's webhook JSON to a URL.
package struct WebhookSettings: Sendable, Hashable {
    /// Whole URL, http or https. Secret: many receivers put their credential in it.
    package var url: Secret
    /// Sent as `Authorization: Bearer …`.
    package var bearerToken: Secret?
    /// Further request headers, by name.
    package var headers: [String: Secret]
    /// Alerts beyond it are left out and counted in `truncatedAlerts`.
    package var alertsMax: Int

    package static let alertsMaxDefault = 500

    package init(
        url: Secret, bearerToken: Secret? = nil, headers: [String: Secret] = [:],
        alertsMax: Int = WebhookSettings.alertsMaxDefault
    ) {
        self.url = url
        self.bearerToken = bearerToken
        self.headers = headers
        self.alertsMax = alertsMax
    }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] {
        var problems: [String] = []
        problems += WebURL.problems(url.revealed, key: "url")
        if let bearerToken, !HeaderRule.isValue(bearerToken.revealed) {
            problems.append("bearer_token: holds characters that a header cannot")
        }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            if !HeaderRule.isName(name) { problems.append("headers: \(quoted(name)) is no header name") }
            if HeaderRule.isReserved(name) { problems.append("headers: \(name) is set by Signalbox itself") }
            if !HeaderRule.isValue(value.revealed) {
                problems.append("headers.\(quoted(name)): holds characters that a header cannot")
            }
        }
        if alertsMax < 1 { problems.append("alerts_max: must be at least 1") }
        return problems
    }
}
