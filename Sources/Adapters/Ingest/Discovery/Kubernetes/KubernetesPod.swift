struct KubernetesPod: Sendable, Decodable {
    struct Port: Sendable, Decodable {
        var name: String?
        var containerPort: Int
        var `protocol`: String?
    }

    struct Container: Sendable, Decodable {
        var name: String
        var image: String?
        var ports: [Port]?
    }

    struct Spec: Sendable, Decodable {
        var nodeName: String?
        var containers: [Container]?
        var initContainers: [Container]?
    }

    struct Condition: Sendable, Decodable {
        var type: String
        var status: String
    }

    struct ContainerStatus: Sendable, Decodable {
        var name: String
        var containerID: String?
    }

    struct Status: Sendable, Decodable {
        var phase: String?
        var podIP: String?
        var hostIP: String?
        var conditions: [Condition]?
        var containerStatuses: [ContainerStatus]?
        var initContainerStatuses: [ContainerStatus]?
    }

    var metadata: KubernetesMetadata
    var spec: Spec?
    var status: Status?

    /// Those that start first stand last.
    var containers: [(container: Container, isInit: Bool)] {
        (spec?.containers ?? []).map { ($0, false) } + (spec?.initContainers ?? []).map { ($0, true) }
    }
}
