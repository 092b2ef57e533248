import SignalModel

/// Objects as they were told last, by kind, and what targets they come to.
struct KubernetesStore: Sendable {
    let configuration: KubernetesDiscoveryConfiguration
    private(set) var primary: [KubernetesKey: KubernetesObject] = [:]
    private(set) var pods: [KubernetesKey: KubernetesPod] = [:]
    private(set) var services: [KubernetesKey: KubernetesService] = [:]
    private(set) var nodes: [String: KubernetesNode] = [:]
    private(set) var namespaces: [String: KubernetesNamespace] = [:]
    /// Whose groups are to be made anew.
    private var changed: Set<KubernetesKey> = []
    private var changedPods: Set<KubernetesKey> = []
    private var changedServices: Set<KubernetesKey> = []
    private var changedNodes: Set<String> = []
    private var changedNamespaces: Set<String> = []

    init(_ configuration: KubernetesDiscoveryConfiguration) { self.configuration = configuration }

    mutating func set(_ object: KubernetesObject, of resource: KubernetesResource) {
        change(object.metadata.key, of: resource, to: object)
    }

    mutating func remove(_ key: KubernetesKey, of resource: KubernetesResource) {
        change(key, of: resource, to: nil)
    }

    /// A new list: what it lacks in `namespace`, or anywhere, is gone.
    mutating func replace(_ objects: [KubernetesObject], of resource: KubernetesResource, in namespace: String?) {
        let kept = Set(objects.map(\.metadata.key))
        for key in keys(of: resource) where !kept.contains(key) && (namespace == nil || namespace == key.namespace) {
            remove(key, of: resource)
        }
        for object in objects { set(object, of: resource) }
    }

    private func keys(of resource: KubernetesResource) -> [KubernetesKey] {
        if resource == configuration.role.resource { return Array(primary.keys) }
        return switch resource {
        case .pods: Array(pods.keys)
        case .services: Array(services.keys)
        case .nodes: nodes.keys.map { KubernetesKey(namespace: "", name: $0) }
        case .namespaces: namespaces.keys.map { KubernetesKey(namespace: "", name: $0) }
        case .endpoints, .endpointSlices, .ingresses: []
        }
    }

    private mutating func change(_ key: KubernetesKey, of resource: KubernetesResource, to object: KubernetesObject?)
    {
        if resource == configuration.role.resource {
            primary[key] = object
            changed.insert(key)
            return
        }
        switch resource {
        case .pods:
            pods[key] = if case .pod(let pod) = object { pod } else { nil }
            changedPods.insert(key)
        case .services:
            services[key] = if case .service(let service) = object { service } else { nil }
            changedServices.insert(key)
        case .nodes:
            nodes[key.name] = if case .node(let node) = object { node } else { nil }
            changedNodes.insert(key.name)
        case .namespaces:
            namespaces[key.name] = if case .namespace(let namespace) = object { namespace } else { nil }
            changedNamespaces.insert(key.name)
        case .endpoints, .endpointSlices, .ingresses: break
        }
    }

    /// Groups that may be different since the last call, in no order; one whose object is gone has no targets.
    mutating func takeChanges() -> [TargetGroup] {
        if !(changedPods.isEmpty && changedServices.isEmpty && changedNodes.isEmpty && changedNamespaces.isEmpty) {
            for (key, object) in primary where isTouched(key, object) { changed.insert(key) }
        }
        defer {
            changed = []
            changedPods = []
            changedServices = []
            changedNodes = []
            changedNamespaces = []
        }
        return changed.map { key in
            primary[key].map(group) ?? TargetGroup(source: source(key), targets: [])
        }
    }

    private func isTouched(_ key: KubernetesKey, _ object: KubernetesObject) -> Bool {
        if changedNamespaces.contains(key.namespace) { return true }
        switch object {
        case .pod(let pod): return changedNodes.contains(pod.spec?.nodeName ?? "")
        case .endpoints(let endpoints):
            if changedServices.contains(key) { return true }
            return (endpoints.subsets ?? []).contains { subset in
                ((subset.addresses ?? []) + (subset.notReadyAddresses ?? [])).contains {
                    isTouched($0.targetRef, node: $0.nodeName)
                }
            }
        case .endpointSlice(let slice):
            if let service = slice.service, changedServices.contains(service) { return true }
            return (slice.endpoints ?? []).contains { isTouched($0.targetRef, node: $0.nodeName) }
        case .service, .node, .ingress, .namespace: return false
        }
    }

    private func isTouched(_ reference: KubernetesReference?, node: String?) -> Bool {
        if let node, changedNodes.contains(node) { return true }
        if reference?.kind == "Node", changedNodes.contains(reference?.name ?? "") { return true }
        return reference.map { changedPods.contains(podKey($0)) } ?? false
    }

    func podKey(_ reference: KubernetesReference) -> KubernetesKey {
        KubernetesKey(namespace: reference.namespace ?? "", name: reference.name ?? "")
    }

    func source(_ key: KubernetesKey) -> String {
        switch configuration.role {
        case .node: "node/\(key.name)"
        case .service: "svc/\(key.namespace)/\(key.name)"
        case .pod, .endpoints, .endpointslice, .ingress:
            "\(configuration.role.rawValue)/\(key.namespace)/\(key.name)"
        }
    }
}
