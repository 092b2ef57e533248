package import Basics

/// A channel that opens, acknowledges and resolves incidents of a PagerDuty service by its Events API v2.
package struct PagerDutySettings: Sendable, Hashable {
    /// The integration key of the service: 32 letters and digits. Whoever has it can page.
    package var routingKey: Secret
    /// Where events go; another one for accounts in the EU, or for a receiver that speaks the same.
    package var url: String

    package static let urlDefault = "https://events.pagerduty.com/v2/enqueue"
    private static let routingKeyBytes = 32

    package init(routingKey: Secret, url: String = PagerDutySettings.urlDefault) {
        self.routingKey = routingKey
        self.url = url
    }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] {
        var problems: [String] = []
        let key = routingKey.revealed
        if key.utf8.count != Self.routingKeyBytes || !key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) {
            problems.append("routing_key: must be the 32 letters and digits of an Events API v2 integration")
        }
        problems += WebURL.problems(url, key: "url")
        return problems
    }
}
