import Basics
import Ingest
import SignalModel

extension HTTPClientDecoding {
    /// Headers, and values of one, that a proxy is sent; further ones are not.
    private static let connectHeadersMax = 100

    static func proxy(
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
        for entry in reader.all().prefix(connectHeadersMax) {
            for value in entry.value.list().prefix(connectHeadersMax) {
                if let text = value.secret(files) { result[entry.name, default: []].append(text) }
            }
        }
        return result
    }
}
