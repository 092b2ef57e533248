/// Alertmanager's webhook body, version 4; of a page it has one key of our own beside, `signalbox`.
///
/// Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
package struct WebhookMessage: Encodable {
    package struct Alert: Encodable {
        package var status: String
        package var labels: [String: String]
        package var annotations: [String: String]
        package var startsAt: String
        package var endsAt: String
        package var generatorURL: String
        package var fingerprint: String
    }
    /// What Alertmanager's form has no place for.
    package struct Own: Encodable {
        /// Stable over retries; also the `Idempotency-Key` header.
        package var key: String
        package var kind: String
        package var severity: String
        package var pageID: String
        package var status: String
        package var title: String
        package var text: String
        package var level: Int
        package var actor: String
        package var person: String
        package var url: String
    }

    // In Alertmanager's order, which is the order in the body.
    package var receiver: String
    package var status: String
    package var alerts: [Alert]
    package var groupLabels: [String: String]
    package var commonLabels: [String: String]
    package var commonAnnotations: [String: String]
    package var externalURL: String
    package var version = "4"
    package var groupKey: String
    package var truncatedAlerts: Int
    /// Absent where the body is to be exactly Alertmanager's.
    package var signalbox: Own?
}
