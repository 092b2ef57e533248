import GoTemplates
import Notifiers

extension AlertmanagerFile {
    func discord(_ node: ConfigurationNode, _ reader: inout MappingReader) -> DiscordReceiver? {
        let title = template(reader["title"], #"{{ template "discord.default.title" . }}"#)
        let text = template(reader["message"], #"{{ template "discord.default.message" . }}"#)
        let content = template(reader["content"], "")
        let username = reader["username"]?.string() ?? ""
        let avatar = reader["avatar_url"]?.string() ?? ""
        guard let url = ReceiverSecret.read(&reader, "webhook_url", files) else {
            node.note("one of webhook_url or webhook_url_file must be configured")
            return nil
        }
        guard let title, let text, let content else { return nil }
        return DiscordReceiver(
            url: url, title: title, text: text, content: content, username: username, avatarURL: avatar)
    }
}
