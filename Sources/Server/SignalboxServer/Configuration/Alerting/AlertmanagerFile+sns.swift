import Basics
import GoTemplates
import Notifiers
import Yams

extension AlertmanagerFile {
    /// Others take the machine's own identity, which is not looked for.
    static func hasOwnKeys(_ node: ConfigurationNode) -> Bool {
        guard let sigv4 = node.node.mapping?["sigv4"]?.mapping else { return false }
        return sigv4["access_key"] != nil && sigv4["profile"] == nil && sigv4["role_arn"] == nil
    }

    func sns(_ node: ConfigurationNode, _ reader: inout MappingReader) -> SNSReceiver? {
        let url = reader["api_url"]?.string().map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        let topic = template(reader["topic_arn"], "")
        let endpoint = template(reader["target_arn"], "")
        let telephone = template(reader["phone_number"], "")
        let subject = template(reader["subject"], #"{{ template "sns.default.subject" . }}"#)
        let text = template(reader["message"], #"{{ template "sns.default.message" . }}"#)
        let attributes = templates(reader["attributes"])
        let credentials = reader["sigv4"].flatMap(signer)
        guard let topic, let endpoint, let telephone, let subject, let text else { return nil }
        let targets: [SNSReceiver.Target] =
            (topic.isEmpty ? [] : [.topic(topic)]) + (endpoint.isEmpty ? [] : [.endpoint(endpoint)])
            + (telephone.isEmpty ? [] : [.telephone(telephone)])
        guard targets.count == 1, let target = targets.first else {
            node.note("must provide either a Target ARN, Topic ARN, or Phone Number for SNS config")
            return nil
        }
        guard let credentials else {
            node.note("sigv4 needs region, access_key and secret_key")
            return nil
        }
        return SNSReceiver(
            url: url ?? "https://sns.\(credentials.region).amazonaws.com/", region: credentials.region,
            accessKey: credentials.accessKey, secretKey: credentials.secretKey, target: target, subject: subject,
            text: text, attributes: attributes)
    }

    private func signer(
        _ node: ConfigurationNode
    ) -> (region: String, accessKey: String, secretKey: Secret)? {
        guard var reader = node.mapping() else { return nil }
        let region = reader["region"]?.string()
        let access = reader["access_key"]?.string()
        let secret = reader["secret_key"]?.secret(files)
        for key in ["external_id", "use_fips_sts_endpoint"] {
            reader.refuse(key, Unsupported.message)
        }
        reader.finish()
        guard let region, let access, let secret else { return nil }
        return (region, access, secret)
    }
}
