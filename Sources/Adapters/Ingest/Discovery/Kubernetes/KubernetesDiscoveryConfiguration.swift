/// `kubernetes_sd_configs`.
package struct KubernetesDiscoveryConfiguration: Sendable, Hashable {
    package struct Selector: Sendable, Hashable {
        package var label: String
        package var field: String

        package init(label: String, field: String) {
            self.label = label
            self.field = field
        }
    }

    package var role: KubernetesRole
    /// Nil inside a cluster: then its service account is used.
    package var apiServer: String?
    package var http = HTTPClientSettings()
    /// Empty for all.
    package var namespaces: [String] = []
    /// The one this program runs in, too.
    package var ownNamespace = false
    package var selectors: [KubernetesRole: Selector] = [:]
    package var attachesNode = false
    package var attachesNamespace = false

    package init(role: KubernetesRole) { self.role = role }

    /// What is listed and watched, what targets are made of first.
    var resources: [KubernetesResource] {
        var result = [role.resource]
        if role == .endpoints || role == .endpointslice { result += [.services, .pods] }
        if attachesNode, [.pod, .endpoints, .endpointslice].contains(role) { result.append(.nodes) }
        if attachesNamespace, role != .node { result.append(.namespaces) }
        return result
    }
}
