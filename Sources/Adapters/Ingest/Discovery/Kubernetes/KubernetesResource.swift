import FoundationEssentials

/// A kind of objects of the API.
enum KubernetesResource: String, Sendable, Hashable {
    case pods, services, endpoints, nodes, ingresses, namespaces
    case endpointSlices = "endpointslices"

    var role: KubernetesRole? { KubernetesRole.allCases.first { $0.resource == self } }

    private var isNamespaced: Bool { self != .nodes && self != .namespaces }

    private var prefix: String {
        switch self {
        case .endpointSlices: "/apis/discovery.k8s.io/v1"
        case .ingresses: "/apis/networking.k8s.io/v1"
        case .pods, .services, .endpoints, .nodes, .namespaces: "/api/v1"
        }
    }

    /// Of the objects in `namespace`, or in all.
    func path(namespace: String?) -> String {
        guard isNamespaced, let namespace else { return "\(prefix)/\(rawValue)" }
        return "\(prefix)/namespaces/\(FormText.escaped(namespace))/\(rawValue)"
    }

    /// Each place that is to be watched for objects in `namespaces`, all when there are none.
    func places(_ namespaces: [String]) -> [String?] {
        isNamespaced && !namespaces.isEmpty ? namespaces.map { $0 } : [nil]
    }

    /// A page of a list.
    func decodePage(_ bytes: some Sequence<UInt8>) throws -> KubernetesPage {
        switch self {
        case .pods: try page(KubernetesPod.self, bytes) { .pod($0) }
        case .services: try page(KubernetesService.self, bytes) { .service($0) }
        case .endpoints: try page(KubernetesEndpoints.self, bytes) { .endpoints($0) }
        case .endpointSlices: try page(KubernetesEndpointSlice.self, bytes) { .endpointSlice($0) }
        case .nodes: try page(KubernetesNode.self, bytes) { .node($0) }
        case .ingresses: try page(KubernetesIngress.self, bytes) { .ingress($0) }
        case .namespaces: try page(KubernetesNamespace.self, bytes) { .namespace($0) }
        }
    }

    /// One line of a watch.
    func decodeEvent(_ bytes: some Sequence<UInt8>) throws -> KubernetesEvent {
        switch self {
        case .pods: try event(KubernetesPod.self, bytes) { .pod($0) }
        case .services: try event(KubernetesService.self, bytes) { .service($0) }
        case .endpoints: try event(KubernetesEndpoints.self, bytes) { .endpoints($0) }
        case .endpointSlices: try event(KubernetesEndpointSlice.self, bytes) { .endpointSlice($0) }
        case .nodes: try event(KubernetesNode.self, bytes) { .node($0) }
        case .ingresses: try event(KubernetesIngress.self, bytes) { .ingress($0) }
        case .namespaces: try event(KubernetesNamespace.self, bytes) { .namespace($0) }
        }
    }

    private struct List<Item: Decodable>: Decodable {
        struct Metadata: Decodable {
            var resourceVersion: String?
            var `continue`: String?
        }

        var metadata: Metadata?
        var items: [Item]?
    }

    private struct Line<Item: Decodable>: Decodable {
        var type: String
        var object: Item
    }

    private struct Head: Decodable {
        var type: String
    }

    private struct Bare: Decodable {
        var metadata: KubernetesMetadata
    }

    private struct Status: Decodable {
        var code: Int?
        var message: String?
    }

    private func page<Item: Decodable>(
        _ type: Item.Type, _ bytes: some Sequence<UInt8>, _ wrap: (Item) -> KubernetesObject
    ) throws -> KubernetesPage {
        let list = try JSONDecoder().decode(List<Item>.self, from: Data(bytes))
        return KubernetesPage(
            objects: (list.items ?? []).map(wrap), version: list.metadata?.resourceVersion ?? "",
            next: list.metadata?.continue ?? "")
    }

    private func event<Item: Decodable>(
        _ type: Item.Type, _ bytes: some Sequence<UInt8>, _ wrap: (Item) -> KubernetesObject
    ) throws -> KubernetesEvent {
        let data = Data(bytes)
        switch try JSONDecoder().decode(Head.self, from: data).type {
        case "ADDED", "MODIFIED": return .set(wrap(try JSONDecoder().decode(Line<Item>.self, from: data).object))
        case "DELETED": return .removed(wrap(try JSONDecoder().decode(Line<Item>.self, from: data).object))
        case "BOOKMARK":
            return .bookmark(try JSONDecoder().decode(Line<Bare>.self, from: data).object.metadata.resourceVersion)
        case "ERROR":
            let status = try JSONDecoder().decode(Line<Status>.self, from: data).object
            return .error(code: status.code ?? 0, message: status.message ?? "")
        case let other: return .error(code: 0, message: "an event of the unknown kind \(other.prefix(40))")
        }
    }
}
