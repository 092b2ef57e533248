struct KubernetesReference: Sendable, Decodable {
    var kind: String?
    var name: String?
    var namespace: String?
}
