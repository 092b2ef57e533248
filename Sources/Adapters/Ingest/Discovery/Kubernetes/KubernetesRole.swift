/// What targets are made of; Prometheus' words.
package enum KubernetesRole: String, Sendable, Hashable, CaseIterable {
    case pod, service, endpoints, endpointslice, node, ingress

    var resource: KubernetesResource {
        switch self {
        case .pod: .pods
        case .service: .services
        case .endpoints: .endpoints
        case .endpointslice: .endpointSlices
        case .node: .nodes
        case .ingress: .ingresses
        }
    }

    /// Roles whose objects may be selected under this one.
    package var selectable: [KubernetesRole] {
        switch self {
        case .pod: [.pod, .node]
        case .endpoints: [.pod, .service, .endpoints]
        case .endpointslice: [.pod, .service, .endpointslice]
        case .service, .node, .ingress: [self]
        }
    }
}
