import Ingest
import SignalModel

/// An entry of `kubernetes_sd_configs`, with Prometheus' checks and words.
enum KubernetesDecoding {
    /// More namespaces are refused: each costs a connection for each kind of object.
    private static let namespacesMax = 100
    /// What the API takes for a namespace (RFC 1123), in bytes.
    private static let namespaceLengthMax = 63

    static func decode(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> DiscoveryConfiguration? {
        guard var reader = node.mapping() else { return nil }
        let role = reader["role"]
        if role?.isEmptyText ?? true {
            node.note("\(node.path): role missing (one of: pod, service, endpoints, endpointslice, node, ingress)")
        }
        var configuration = KubernetesDiscoveryConfiguration(role: self.role(role) ?? .pod)
        let server = reader["api_server"]
        configuration.apiServer = server?.serverURL()
        configuration.http = HTTPClientDecoding.decode(&reader, in: node, files)
        if server == nil, configuration.http != HTTPClientSettings() {
            node.note(
                "\(node.path): to use custom HTTP client configuration please provide the 'api_server' URL explicitly"
            )
        }
        if let namespaces = reader["namespaces"] { decodeNamespaces(namespaces, &configuration) }
        if let selectors = reader["selectors"] { decodeSelectors(selectors, &configuration) }
        if let attach = reader["attach_metadata"], var inner = attach.mapping() {
            configuration.attachesNode = inner["node"]?.bool() ?? false
            configuration.attachesNamespace = inner["namespace"]?.bool() ?? false
            inner.finish()
        }
        reader.refuse("kubeconfig_file", "\(Unsupported.message); use api_server with tls_config and authorization")
        reader.finish()
        return .kubernetes(configuration)
    }

    private static func role(_ node: ConfigurationNode?) -> KubernetesRole? {
        guard let node, !node.isEmptyText, let text = node.string() else { return nil }
        if let role = KubernetesRole(rawValue: text) { return role }
        node.note("\(node.path): unknown Kubernetes SD role \(quoted(text))")
        return nil
    }

    private static func decodeNamespaces(
        _ node: ConfigurationNode, _ configuration: inout KubernetesDiscoveryConfiguration
    ) {
        guard var reader = node.mapping() else { return }
        let names = reader["names"]?.list() ?? []
        if names.count > namespacesMax { node.note("\(node.path): at most \(namespacesMax) names") }
        for name in names.prefix(namespacesMax) {
            guard let text = name.string() else { continue }
            let isName =
                !text.isEmpty && text.utf8.count <= namespaceLengthMax
                && text.unicodeScalars.allSatisfy {
                    ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
                }
            if !isName { name.expected("the name of a namespace") }
            if !configuration.namespaces.contains(text) { configuration.namespaces.append(text) }
        }
        let own = reader["own_namespace"]
        configuration.ownNamespace = own?.bool() ?? false
        if configuration.ownNamespace, configuration.apiServer != nil {
            own?.note("\(node.path): own_namespace is that of a service account: leave api_server out, or name it")
        }
        reader.finish()
    }

    private static func decodeSelectors(
        _ node: ConfigurationNode, _ configuration: inout KubernetesDiscoveryConfiguration
    ) {
        for entry in node.list() {
            guard var reader = entry.mapping() else { continue }
            let role = self.role(reader.required("role"))
            let selector = KubernetesDiscoveryConfiguration.Selector(
                label: reader["label"]?.string() ?? "", field: reader["field"]?.string() ?? "")
            reader.finish()
            guard let role else { continue }
            let known = configuration.role.selectable
            if !known.contains(role) {
                let names = known.map(\.rawValue).joined(separator: ", ")
                entry.note("\(entry.path): \(configuration.role.rawValue) role supports only \(names) selectors")
            } else if configuration.selectors[role] != nil {
                entry.note("\(entry.path): duplicated selector role: \(role.rawValue)")
            }
            configuration.selectors[role] = selector
        }
    }
}
