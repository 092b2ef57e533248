import Basics
import GoTemplates
import Notifiers
import SignalModel

/// PagerDuty and Teams as Alertmanager configures them.
extension AlertmanagerFile {
    private static let pagerDutyTexts = [
        "description": #"{{ template "pagerduty.default.description" . }}"#,
        "client": #"{{ template "pagerduty.default.client" . }}"#,
        "client_url": #"{{ template "pagerduty.default.clientURL" . }}"#, "severity": "error", "source": "",
        "component": "", "group": "", "class": "",
    ]

    private static let pagerDutyDetails = [
        "firing": #"{{ template "pagerduty.default.instances" .Alerts.Firing }}"#,
        "resolved": #"{{ template "pagerduty.default.instances" .Alerts.Resolved }}"#,
        "num_firing": "{{ .Alerts.Firing | len }}", "num_resolved": "{{ .Alerts.Resolved | len }}",
    ]

    func pagerDuty(_ node: ConfigurationNode, _ reader: inout MappingReader) -> PagerDutyReceiver? {
        for key in ["service_key", "service_key_file", "images", "links"] {
            reader.refuse(key, Unsupported.message)
        }
        let url = reader["url"]?.string() ?? defaults.pagerDutyURL ?? PagerDutySettings.urlDefault
        let texts = templates(&reader, Self.pagerDutyTexts)
        var details: [String: NotificationTemplate] = [:]
        for (key, standard) in Self.pagerDutyDetails { details[key] = template(nil, standard) }
        if let node = reader["details"], var inner = node.mapping() {
            for entry in inner.all() { details[entry.name] = template(entry.value, "") }
        }
        guard let key = ReceiverSecret.read(&reader, "routing_key", files) else {
            node.note("one of routing_key or routing_key_file must be configured: Events API v2 is what is spoken")
            return nil
        }
        return PagerDutyReceiver(
            server: PagerDutySettings(routingKey: key, url: url), texts: texts, details: details)
    }

    func teams(_ node: ConfigurationNode, _ reader: inout MappingReader) -> TeamsReceiver? {
        let title = template(reader["title"], #"{{ template "msteamsv2.default.title" . }}"#)
        let text = template(reader["text"], #"{{ template "msteamsv2.default.text" . }}"#)
        guard let url = ReceiverSecret.read(&reader, "webhook_url", files) else {
            node.note("one of webhook_url or webhook_url_file must be configured")
            return nil
        }
        guard let title, let text else { return nil }
        return TeamsReceiver(server: TeamsSettings(webhookURL: url), title: title, text: text)
    }
}
