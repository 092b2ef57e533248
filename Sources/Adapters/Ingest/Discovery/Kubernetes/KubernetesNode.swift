struct KubernetesNode: Sendable, Decodable {
    struct Spec: Sendable, Decodable {
        var providerID: String?
    }

    struct Address: Sendable, Decodable {
        var type: String
        var address: String
    }

    struct DaemonEndpoint: Sendable, Decodable {
        /// As Go writes this one field.
        var Port: Int?
    }

    struct DaemonEndpoints: Sendable, Decodable {
        var kubeletEndpoint: DaemonEndpoint?
    }

    struct Status: Sendable, Decodable {
        var addresses: [Address]?
        var daemonEndpoints: DaemonEndpoints?
    }

    var metadata: KubernetesMetadata
    var spec: Spec?
    var status: Status?
}
