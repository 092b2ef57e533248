import GoTemplates
import Notifiers

extension AlertmanagerFile {
    private static let victorOpsTexts = [
        "message_type": "CRITICAL", "state_message": #"{{ template "victorops.default.state_message" . }}"#,
        "entity_display_name": #"{{ template "victorops.default.entity_display_name" . }}"#,
        "monitoring_tool": #"{{ template "victorops.default.monitoring_tool" . }}"#, "routing_key": "",
    ]

    func victorOps(_ node: ConfigurationNode, _ reader: inout MappingReader) -> VictorOpsReceiver? {
        let url = reader["api_url"]?.string() ?? defaults.victorOpsURL ?? VictorOpsReceiver.urlDefault
        let key = ReceiverSecret.read(&reader, "api_key", files) ?? defaults.victorOpsKey
        let texts = templates(&reader, Self.victorOpsTexts)
        let fieldsNode = reader["custom_fields"]
        let fields = templates(fieldsNode)
        for name in VictorOpsReceiver.ownFields where fields[name] != nil {
            fieldsNode?.note(
                "custom field \(name) cannot be used as it conflicts with the fixed/static fields")
        }
        guard texts["routing_key"]?.isEmpty == false else {
            node.note("missing Routing key in VictorOps config")
            return nil
        }
        guard let key else {
            node.note("no global VictorOps API Key set")
            return nil
        }
        return VictorOpsReceiver(url: url.hasSuffix("/") ? url : url + "/", key: key, texts: texts, fields: fields)
    }
}
