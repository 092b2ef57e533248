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
        let images = (reader["images"]?.list() ?? []).compactMap { itemTexts($0, ["src", "alt", "href"]) }
        let links = (reader["links"]?.list() ?? []).compactMap { itemTexts($0, ["href", "text"]) }
        let url = reader["url"]?.string() ?? defaults.pagerDutyURL ?? PagerDutySettings.urlDefault
        let texts = templates(&reader, Self.pagerDutyTexts)
        var details: [String: NotificationTemplate] = [:]
        for (key, standard) in Self.pagerDutyDetails { details[key] = template(nil, standard) }
        if let node = reader["details"], var inner = node.mapping() {
            for entry in inner.all() { details[entry.name] = template(entry.value, "") }
        }
        let routingKey = ReceiverSecret.read(&reader, "routing_key", files)
        let serviceKey = ReceiverSecret.read(&reader, "service_key", files)
        guard let key = serviceKey ?? routingKey else {
            node.note("missing service or routing key in PagerDuty config")
            return nil
        }
        return PagerDutyReceiver(
            server: PagerDutySettings(routingKey: key, url: url), texts: texts, details: details, images: images,
            links: links, isFirstVersion: serviceKey != nil)
    }

    private func itemTexts(_ node: ConfigurationNode, _ keys: [String]) -> [String: NotificationTemplate]? {
        guard var reader = node.mapping() else { return nil }
        defer { reader.finish() }
        return templates(&reader, Dictionary(uniqueKeysWithValues: keys.map { ($0, "") }))
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
