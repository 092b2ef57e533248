struct KubernetesIngress: Sendable, Decodable {
    struct Path: Sendable, Decodable {
        var path: String?
    }

    struct HTTP: Sendable, Decodable {
        var paths: [Path]?
    }

    struct Rule: Sendable, Decodable {
        var host: String?
        var http: HTTP?
    }

    struct TLS: Sendable, Decodable {
        var hosts: [String]?
    }

    struct Spec: Sendable, Decodable {
        var ingressClassName: String?
        var rules: [Rule]?
        var tls: [TLS]?
    }

    var metadata: KubernetesMetadata
    var spec: Spec?
}
