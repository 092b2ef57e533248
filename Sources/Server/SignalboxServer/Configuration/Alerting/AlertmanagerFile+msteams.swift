import GoTemplates
import Notifiers

extension AlertmanagerFile {
    func teamsConnector(_ node: ConfigurationNode, _ reader: inout MappingReader) -> TeamsConnectorReceiver? {
        let title = template(reader["title"], #"{{ template "msteams.default.title" . }}"#)
        let summary = template(reader["summary"], #"{{ template "msteams.default.summary" . }}"#)
        let text = template(reader["text"], #"{{ template "msteams.default.text" . }}"#)
        guard let url = ReceiverSecret.read(&reader, "webhook_url", files) else {
            node.note("one of webhook_url or webhook_url_file must be configured")
            return nil
        }
        guard let title, let summary, let text else { return nil }
        return TeamsConnectorReceiver(url: url, title: title, summary: summary, text: text)
    }
}
