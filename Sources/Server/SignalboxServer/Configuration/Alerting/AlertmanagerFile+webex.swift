import GoTemplates
import Ingest
import Notifiers

extension AlertmanagerFile {
    func webex(
        _ node: ConfigurationNode, _ reader: inout MappingReader, _ http: HTTPClientSettings?
    ) -> WebexReceiver? {
        let url = reader["api_url"]?.string() ?? defaults.webexURL ?? WebexReceiver.urlDefault
        let room = template(reader["room_id"], "")
        let text = template(reader["message"], #"{{ template "webex.default.message" . }}"#)
        guard let room, let text else { return nil }
        if room.isEmpty { node.note("missing room_id on webex_config") }
        guard case .header = http?.authentication else {
            node.note("missing webex_configs.http_config.authorization")
            return nil
        }
        return room.isEmpty ? nil : WebexReceiver(url: url, room: room, text: text)
    }
}
