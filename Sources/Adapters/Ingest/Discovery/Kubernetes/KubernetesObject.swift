/// An object with as much of it as targets are made of. Field names are those of the API; what may be missing there
/// is nil here.
enum KubernetesObject: Sendable {
    case pod(KubernetesPod)
    case service(KubernetesService)
    case endpoints(KubernetesEndpoints)
    case endpointSlice(KubernetesEndpointSlice)
    case node(KubernetesNode)
    case ingress(KubernetesIngress)
    case namespace(KubernetesNamespace)

    var metadata: KubernetesMetadata {
        switch self {
        case .pod(let object): object.metadata
        case .service(let object): object.metadata
        case .endpoints(let object): object.metadata
        case .endpointSlice(let object): object.metadata
        case .node(let object): object.metadata
        case .ingress(let object): object.metadata
        case .namespace(let object): object.metadata
        }
    }
}
