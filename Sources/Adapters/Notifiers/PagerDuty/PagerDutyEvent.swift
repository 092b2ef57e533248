/// An event of PagerDuty's Events API v2.
///
/// Source: https://developer.pagerduty.com/docs/send-alert-event
package struct PagerDutyEvent: Encodable {
    package enum Action: String, Encodable { case trigger, acknowledge, resolve }

    package struct Payload: Encodable {
        package var summary: String
        package var source: String
        package var severity: String
        package var timestamp: String?
        package var component: String?
        package var group: String?
        package var `class`: String?
        package var customDetails: Details?

        enum CodingKeys: String, CodingKey {
            case summary, source, severity, timestamp, component, group, `class`
            case customDetails = "custom_details"
        }
    }
    package struct Details: Encodable {
        package var facts: [String: String]
        package var labels: [String: String]
        package var description: String
        package var alerts: [String]
    }
    package struct Link: Encodable {
        package var href: String
        package var text: String
    }

    package var routingKey: String
    package var action: Action
    package var dedupKey: String
    package var payload: Payload?
    package var links: [Link]?
    package var client: String?
    package var clientURL: String?

    enum CodingKeys: String, CodingKey {
        case routingKey = "routing_key"
        case action = "event_action"
        case dedupKey = "dedup_key"
        case payload, links, client
        case clientURL = "client_url"
    }
}
