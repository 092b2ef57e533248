struct KubernetesEndpoints: Sendable, Decodable {
    struct Address: Sendable, Decodable {
        var ip: String
        var hostname: String?
        var nodeName: String?
        var targetRef: KubernetesReference?
    }

    struct Port: Sendable, Decodable {
        var name: String?
        var port: Int
        var `protocol`: String?
    }

    struct Subset: Sendable, Decodable {
        var addresses: [Address]?
        var notReadyAddresses: [Address]?
        var ports: [Port]?
    }

    var metadata: KubernetesMetadata
    var subsets: [Subset]?
}
