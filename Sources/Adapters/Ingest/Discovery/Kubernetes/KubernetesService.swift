struct KubernetesService: Sendable, Decodable {
    struct Port: Sendable, Decodable {
        var name: String?
        var port: Int
        var `protocol`: String?
    }

    struct Spec: Sendable, Decodable {
        var type: String?
        var clusterIP: String?
        var externalName: String?
        var loadBalancerIP: String?
        var ports: [Port]?
    }

    var metadata: KubernetesMetadata
    var spec: Spec?
}
