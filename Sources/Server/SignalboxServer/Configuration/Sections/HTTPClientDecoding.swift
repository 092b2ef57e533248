import Basics
import Ingest
import SignalModel

/// Prometheus' settings of an HTTP client, wherever they stand, with its checks and its words for mistakes.
enum HTTPClientDecoding {
    /// Names, and values of one, in `http_headers`; more are refused.
    private static let headersMax = 100
    /// What requests set themselves, or what changes the connection; prometheus/common, `config/headers.go`.
    private static let reservedHeaders: Set<String> = [
        "authorization", "host", "content-encoding", "content-length", "content-type", "user-agent", "connection",
        "keep-alive", "proxy-authenticate", "proxy-authorization", "www-authenticate", "accept-encoding",
        "x-prometheus-remote-write-version", "x-prometheus-remote-read-version",
        "x-prometheus-scrape-timeout-seconds", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
    ]
    /// Keys that name secrets in a store outside, of which we have none.
    private static let storeMessage = "there is no secret store; use the file or the text"

    /// The keys stand in `owner` itself, among others.
    static func decode(
        _ reader: inout MappingReader, in owner: ConfigurationNode, _ files: ConfigurationFiles
    ) -> HTTPClientSettings {
        var settings = HTTPClientSettings()
        settings.authentication = authentication(&reader, in: owner, files)
        if let tls = reader["tls_config"] { settings.tls = self.tls(tls, files) }
        settings.proxy = proxy(&reader, in: owner, files)
        if let headers = reader["http_headers"] { settings.headers = self.headers(headers, files) }
        settings.followsRedirects = reader["follow_redirects"]?.bool() ?? true
        settings.usesHTTP2 = reader["enable_http2"]?.bool() ?? true
        return settings
    }

    private static func authentication(
        _ reader: inout MappingReader, in owner: ConfigurationNode, _ files: ConfigurationFiles
    ) -> HTTPClientSettings.Authentication {
        let (basic, authorization, oauth2) = (reader["basic_auth"], reader["authorization"], reader["oauth2"])
        let (token, tokenFile) = (reader["bearer_token"], reader["bearer_token_file"])
        if let bearer = token ?? tokenFile {
            if token != nil, tokenFile != nil {
                bearer.note("\(owner.path): at most one of bearer_token & bearer_token_file must be configured")
            } else if authorization != nil {
                bearer.note(
                    "\(owner.path): authorization is not compatible with bearer_token & bearer_token_file")
            } else if basic != nil || oauth2 != nil {
                bearer.note(
                    "\(owner.path): at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be "
                        + "configured")
            }
        }
        let given = [basic, oauth2, authorization].compactMap { $0 }
        if given.count > 1 {
            given[1].note("\(owner.path): at most one of basic_auth, oauth2 & authorization must be configured")
        }
        if let basic { return self.basic(basic, files) }
        if let authorization { return self.authorization(authorization, files) }
        if let oauth2 { return self.oauth2(oauth2, files) }
        guard token != nil || tokenFile != nil else { return .none }
        return secret(&reader, "bearer_token", files).map { .header(type: "Bearer", credentials: $0) } ?? .none
    }

    private static func basic(
        _ node: ConfigurationNode, _ files: ConfigurationFiles
    ) -> HTTPClientSettings.Authentication {
        guard var reader = node.mapping() else { return .none }
        for (key, name) in [("username", "username_ref"), ("password", "password_ref")]
        where reader[key] != nil && reader[key + "_file"] != nil {
            node.note("\(node.path): at most one of basic_auth \(key), \(key)_file & \(name) must be configured")
        }
        let username = secret(&reader, "username", files)
        let password = secret(&reader, "password", files)
        refuseStores(["username_ref", "password_ref"], &reader)
        reader.finish()
        return .basic(username: username, password: password)
    }

    private static func authorization(
        _ node: ConfigurationNode, _ files: ConfigurationFiles
    ) -> HTTPClientSettings.Authentication {
        guard var reader = node.mapping() else { return .none }
        let type = (reader["type"]?.string() ?? "").split(separator: " ").joined(separator: " ")
        if type.lowercased() == "basic" {
            node.note(
                #"\#(node.path): authorization type cannot be set to "basic", use "basic_auth" instead"#)
        }
        if reader["credentials"] != nil, reader["credentials_file"] != nil {
            node.note("\(node.path): at most one of authorization credentials & credentials_file must be configured")
        }
        if reader["credentials"] == nil, reader["credentials_file"] == nil {
            node.note("\(node.path): credentials or credentials_file is missing")
        }
        let credentials = secret(&reader, "credentials", files)
        refuseStores(["credentials_ref"], &reader)
        reader.finish()
        return credentials.map { .header(type: type.isEmpty ? "Bearer" : type, credentials: $0) } ?? .none
    }

    private static func oauth2(
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
            tokenURL: url?.httpURL() ?? "")
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

    private static func proxy(
        _ reader: inout MappingReader, in owner: ConfigurationNode, _ files: ConfigurationFiles
    ) -> ProxySettings {
        let url = reader["proxy_url"].flatMap { $0.isEmptyText ? nil : $0 }
        let exceptions = reader["no_proxy"].flatMap { $0.isEmptyText ? nil : $0 }
        let environment = reader["proxy_from_environment"]
        let isFromEnvironment = environment?.bool() ?? false
        let connect = reader["proxy_connect_header"]
        let headers = connect.map { connectHeaders($0, files) } ?? [:]
        if let connect, !isFromEnvironment, url == nil {
            connect.note(
                "\(owner.path): if proxy_connect_header is configured, proxy_url or proxy_from_environment must also "
                    + "be configured")
        }
        if isFromEnvironment, let url {
            url.note("\(owner.path): if proxy_from_environment is configured, proxy_url must not be configured")
        }
        if isFromEnvironment, let exceptions {
            exceptions.note("\(owner.path): if proxy_from_environment is configured, no_proxy must not be configured")
        }
        if let exceptions, url == nil, !isFromEnvironment {
            exceptions.note("\(owner.path): if no_proxy is configured, proxy_url must also be configured")
        }
        if isFromEnvironment { return .environment(connectHeaders: headers) }
        guard let url, let text = url.secret(files)?.revealed else { return .none }
        do {
            var server = try ProxyServer(text)
            server.connectHeaders = headers
            if server.kind == .socks5, let connect { connect.note("\(connect.path): a SOCKS proxy takes no headers") }
            return .server(server, exceptions: exceptions?.string().map { NoProxyList($0) })
        } catch {
            url.note("\(url.path): \(error)")
            return .none
        }
    }

    private static func connectHeaders(
        _ node: ConfigurationNode, _ files: ConfigurationFiles
    ) -> [String: [Secret]] {
        guard var reader = node.mapping() else { return [:] }
        var result: [String: [Secret]] = [:]
        for entry in reader.all().prefix(headersMax) {
            for value in entry.value.list().prefix(headersMax) {
                if let text = value.secret(files) { result[entry.name, default: []].append(text) }
            }
        }
        return result
    }

    private static func headers(
        _ node: ConfigurationNode, _ files: ConfigurationFiles
    ) -> [String: [SecretSource]] {
        guard var reader = node.mapping() else { return [:] }
        var result: [String: [SecretSource]] = [:]
        let entries = reader.all()
        if entries.count > headersMax { node.note("\(node.path): at most \(headersMax) headers") }
        for entry in entries.prefix(headersMax) {
            if reservedHeaders.contains(entry.name.lowercased()) {
                entry.key.note("\(node.path): setting header \(quoted(entry.name)) is not allowed")
            } else if !isHeaderName(entry.name) {
                entry.key.note("\(node.path): \(quoted(entry.name)) is no name of a header")
            }
            guard var inner = entry.value.mapping() else { continue }
            var values = (inner["values"]?.strings() ?? []).map { SecretSource.text(Secret($0)) }
            for secret in inner["secrets"]?.list() ?? [] {
                if let text = secret.secret(files) { values.append(.text(text)) }
            }
            for path in inner["files"]?.list() ?? [] {
                if let source = file(path, files) { values.append(source) }
            }
            inner.finish()
            if values.count > headersMax { entry.value.note("\(entry.value.path): at most \(headersMax) values") }
            result[entry.name] = values
        }
        return result
    }

    private static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7f && !#"()<>@,;:\"/[]?={}"#.utf8.contains(byte)
            }
    }

    /// Prometheus' pair of keys: `password` or `password_file`. The file is read at each use; that it can be read now
    /// is checked, because a mistyped path is a mistake.
    private static func secret(
        _ reader: inout MappingReader, _ key: String, _ files: ConfigurationFiles
    ) -> SecretSource? {
        let byFile = reader[key + "_file"]
        if let direct = reader[key] { return direct.secret(files).map { .text($0) } }
        return byFile.flatMap { file($0, files) }
    }

    private static func file(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> SecretSource? {
        guard let path = node.filePath() else { return nil }
        do { _ = try files.certificates(path) } catch { node.note("\(node.path): \(path): \(error.message)") }
        return .file(path)
    }

    private static func refuseStores(_ keys: [String], _ reader: inout MappingReader) {
        for key in keys { reader.refuse(key, storeMessage) }
    }
}
