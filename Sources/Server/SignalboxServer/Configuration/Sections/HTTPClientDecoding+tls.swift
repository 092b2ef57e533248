import Ingest

extension HTTPClientDecoding {
    static func tls(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> TLSSettings {
        var settings = TLSSettings()
        guard var reader = node.mapping() else { return settings }
        for (key, message) in [
            ("ca", "ca, ca_file & ca_ref"), ("cert", "cert, cert_file & cert_ref"), ("key", "key and key_file"),
        ] where reader[key] != nil && reader[key + "_file"] != nil {
            node.note("\(node.path): at most one of \(message) must be configured")
        }
        settings.authorities = secret(&reader, "ca", files)
        settings.certificate = secret(&reader, "cert", files)
        settings.key = secret(&reader, "key", files)
        let hasCertificate = reader["cert"] != nil || reader["cert_file"] != nil
        let hasKey = reader["key"] != nil || reader["key_file"] != nil
        if hasCertificate != hasKey {
            node.note(
                hasKey
                    ? "\(node.path): exactly one of cert or cert_file must be configured when a client key is configured"
                    : "\(node.path): exactly one of key or key_file must be configured when a client certificate is "
                        + "configured")
        }
        settings.serverName = reader["server_name"]?.string() ?? ""
        settings.skipsVerification = reader["insecure_skip_verify"]?.bool() ?? false
        let low = reader["min_version"]
        let high = reader["max_version"]
        settings.minVersion = low?.choice(TLSSettings.Version.self) ?? settings.minVersion
        settings.maxVersion = high?.choice(TLSSettings.Version.self)
        if let high, let version = settings.maxVersion, version < settings.minVersion {
            high.note(
                low == nil
                    ? "\(high.path): below TLS12, which is the lowest unless min_version says otherwise"
                    : "\(node.path): tls_config.max_version must be greater than or equal to tls_config.min_version "
                        + "if both are specified")
        }
        reader.refuse("next_protos", Unsupported.message)
        refuseStores(["ca_ref", "cert_ref", "key_ref"], &reader)
        reader.finish()
        return settings
    }
}
