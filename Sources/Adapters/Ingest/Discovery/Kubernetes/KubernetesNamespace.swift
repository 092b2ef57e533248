struct KubernetesNamespace: Sendable, Decodable {
    var metadata: KubernetesMetadata
}
