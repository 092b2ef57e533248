import Ingest

extension HTTPClientDecoding {
    static func oauth2(
        _ node: ConfigurationNode, _ files: ConfigurationFiles
    ) -> HTTPClientSettings.Authentication {
        guard var reader = node.mapping() else { return .none }
        let client = reader["client_id"]
        if client?.isEmptyText ?? true { node.note("\(node.path): oauth2 client_id must be configured") }
        let url = reader["token_url"]
        if url?.isEmptyText ?? true { node.note("\(node.path): oauth2 token_url must be configured") }
        if reader["client_secret"] != nil, reader["client_secret_file"] != nil {
            node.note(
                "\(node.path): at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be "
                    + "configured")
        }
        var settings = OAuth2Settings(
            clientID: client?.string() ?? "", clientSecret: secret(&reader, "client_secret", files),
            tokenURL: url?.serverURL() ?? "")
        settings.scopes = reader["scopes"]?.strings() ?? []
        for (name, value) in reader["endpoint_params"]?.stringMap() ?? [] {
            settings.endpointParameters[name] = value
        }
        if let tls = reader["tls_config"] { settings.tls = self.tls(tls, files) }
        settings.proxy = proxy(&reader, in: node, files)
        if let headers = reader["http_headers"] { settings.headers = self.headers(headers, files) }
        if let grant = reader["grant_type"], grant.string() != "client_credentials" {
            grant.expected("client_credentials: other grants are not supported yet")
        }
        for key in [
            "client_certificate_key", "client_certificate_key_file", "client_certificate_key_id",
            "signature_algorithm", "iss", "audience", "claims",
        ] {
            reader.refuse(key, Unsupported.message)
        }
        refuseStores(["client_secret_ref", "client_certificate_key_ref"], &reader)
        reader.finish()
        return .oauth2(settings)
    }
}
