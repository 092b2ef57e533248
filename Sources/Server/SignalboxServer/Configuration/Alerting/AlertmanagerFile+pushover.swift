import Basics
import GoTemplates
import Notifiers

extension AlertmanagerFile {
    private static let pushoverTexts = [
        "title": #"{{ template "pushover.default.title" . }}"#,
        "message": #"{{ template "pushover.default.message" . }}"#,
        "url": #"{{ template "pushover.default.url" . }}"#, "url_title": "", "device": "", "sound": "",
        "priority": #"{{ if eq .Status "firing" }}2{{ else }}0{{ end }}"#,
    ]

    func pushover(_ node: ConfigurationNode, _ reader: inout MappingReader) -> PushoverReceiver? {
        let texts = templates(&reader, Self.pushoverTexts)
        let retry = reader["retry"]?.duration() ?? .seconds(60)
        let expire = reader["expire"]?.duration() ?? .seconds(3600)
        let lifetime = reader["ttl"]?.duration()
        let isHTML = reader["html"]?.bool() ?? false
        let isMonospace = reader["monospace"]?.bool() ?? false
        if isHTML, isMonospace { node.note("at most one of monospace & html must be configured") }
        guard let user = ReceiverSecret.read(&reader, "user_key", files) else {
            node.note("one of user_key or user_key_file must be configured")
            return nil
        }
        guard let token = ReceiverSecret.read(&reader, "token", files) else {
            node.note("one of token or token_file must be configured")
            return nil
        }
        return PushoverReceiver(
            token: token, user: user, texts: texts, retrySeconds: Int(retry.milliseconds / 1000),
            expireSeconds: Int(expire.milliseconds / 1000),
            lifetimeSeconds: lifetime.flatMap { $0 < .seconds(1) ? nil : Int($0.milliseconds / 1000) },
            isHTML: isHTML, isMonospace: isMonospace)
    }
}
