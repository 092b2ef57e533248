import Basics
import Ingest
import SignalModel

/// Prometheus' settings of an HTTP client, wherever they stand, with its checks and its words for mistakes.
enum HTTPClientDecoding {
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

    /// Prometheus' pair of keys: `password` or `password_file`. The file is read at each use; that it can be read now
    /// is checked, because a mistyped path is a mistake.
    static func secret(
        _ reader: inout MappingReader, _ key: String, _ files: ConfigurationFiles
    ) -> SecretSource? {
        let byFile = reader[key + "_file"]
        if let direct = reader[key] { return direct.secret(files).map { .text($0) } }
        return byFile.flatMap { file($0, files) }
    }

    static func file(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> SecretSource? {
        guard let path = node.filePath() else { return nil }
        do { _ = try files.certificates(path) } catch { node.note("\(node.path): \(path): \(error.message)") }
        return .file(path)
    }

    static func refuseStores(_ keys: [String], _ reader: inout MappingReader) {
        for key in keys { reader.refuse(key, storeMessage) }
    }
}
