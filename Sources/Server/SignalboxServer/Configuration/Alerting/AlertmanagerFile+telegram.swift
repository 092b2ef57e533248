import GoTemplates
import Notifiers

extension AlertmanagerFile {
    func telegram(_ node: ConfigurationNode, _ reader: inout MappingReader) -> TelegramReceiver? {
        let url = reader["api_url"]?.string() ?? defaults.telegramURL ?? TelegramReceiver.urlDefault
        let token = ReceiverSecret.read(&reader, "bot_token", files) ?? defaults.telegramToken
        let chat = reader["chat_id"]?.integer(in: Int.min...Int.max)
        let thread = reader["message_thread_id"]?.integer(in: 0...Int.max)
        let text = template(reader["message"], #"{{ template "telegram.default.message" . }}"#)
        let format = reader["parse_mode"].map { $0.choice(TelegramReceiver.Format.self) } ?? .html
        let isQuiet = reader["disable_notifications"]?.bool() ?? false
        reader.refuse("chat_id_file", Unsupported.message)
        guard let token else {
            node.note("missing bot_token or bot_token_file on telegram_config")
            return nil
        }
        guard let chat, chat != 0 else {
            node.note("missing chat_id on telegram_config")
            return nil
        }
        guard let text, let format else { return nil }
        return TelegramReceiver(
            url: url.hasSuffix("/") ? String(url.dropLast()) : url, token: token, chat: chat,
            thread: thread == 0 ? nil : thread, text: text, format: format, isQuiet: isQuiet)
    }
}
