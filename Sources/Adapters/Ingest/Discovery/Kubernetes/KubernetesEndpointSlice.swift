struct KubernetesEndpointSlice: Sendable, Decodable {
    struct Conditions: Sendable, Decodable {
        var ready: Bool?
        var serving: Bool?
        var terminating: Bool?
    }

    struct Endpoint: Sendable, Decodable {
        var addresses: [String]?
        var conditions: Conditions?
        var hostname: String?
        var nodeName: String?
        var zone: String?
        var targetRef: KubernetesReference?
        var deprecatedTopology: [String: String]?
    }

    struct Port: Sendable, Decodable {
        var name: String?
        var port: Int?
        var `protocol`: String?
        var appProtocol: String?
    }

    var metadata: KubernetesMetadata
    var addressType: String?
    var endpoints: [Endpoint]?
    var ports: [Port]?

    var service: KubernetesKey? {
        metadata.labels["kubernetes.io/service-name"].map {
            KubernetesKey(namespace: metadata.namespace, name: $0)
        }
    }
}
