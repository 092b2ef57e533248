import GoTemplates
import Notifiers

extension AlertmanagerFile {
    private static let opsgenieTexts = [
        "message": #"{{ template "opsgenie.default.message" . }}"#,
        "description": #"{{ template "opsgenie.default.description" . }}"#,
        "source": #"{{ template "opsgenie.default.source" . }}"#, "entity": "", "actions": "", "tags": "", "note": "",
        "priority": "",
    ]

    private static let responderTypes = ["team", "teams", "user", "escalation", "schedule"]

    func opsgenie(_ node: ConfigurationNode, _ reader: inout MappingReader) -> OpsgenieReceiver? {
        let url = reader["api_url"]?.string() ?? defaults.opsgenieURL ?? OpsgenieReceiver.urlDefault
        let key = ReceiverSecret.read(&reader, "api_key", files) ?? defaults.opsgenieKey
        let texts = templates(&reader, Self.opsgenieTexts)
        let details = templates(reader["details"])
        let responders = (reader["responders"]?.list() ?? []).compactMap(responder)
        let updates = reader["update_alerts"]?.bool() ?? false
        guard let key else {
            node.note("no global OpsGenie API Key set either inline or in a file")
            return nil
        }
        return OpsgenieReceiver(
            url: url.hasSuffix("/") ? url : url + "/", key: key, texts: texts, details: details,
            responders: responders, updates: updates)
    }

    private func responder(_ node: ConfigurationNode) -> OpsgenieReceiver.Responder? {
        guard var reader = node.mapping() else { return nil }
        let (id, name) = (template(reader["id"], ""), template(reader["name"], ""))
        let username = template(reader["username"], "")
        let typeNode = reader.required("type")
        let word = typeNode?.scalarText ?? ""
        let isTemplate = word.contains("{{")
        if let typeNode, !isTemplate, !Self.responderTypes.contains(word.lowercased()) {
            typeNode.expected("one of " + Self.responderTypes.joined(separator: ", "))
        }
        let type = template(isTemplate ? typeNode : nil, isTemplate ? "" : word.lowercased())
        reader.finish()
        guard let id, let name, let username, let type else { return nil }
        if id.isEmpty, name.isEmpty, username.isEmpty {
            node.note("\(node.path) has to have at least one of id, username or name specified")
        }
        return OpsgenieReceiver.Responder(id: id, name: name, username: username, type: type)
    }
}
