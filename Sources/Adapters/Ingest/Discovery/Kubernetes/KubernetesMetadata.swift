struct KubernetesMetadata: Sendable, Decodable {
    struct Owner: Sendable, Decodable {
        var kind: String?
        var name: String?
        var controller: Bool?
    }

    var name: String
    var namespace: String
    var uid: String
    var resourceVersion: String
    var labels: [String: String]
    var annotations: [String: String]
    var ownerReferences: [Owner]

    private enum CodingKeys: String, CodingKey {
        case name, namespace, uid, resourceVersion, labels, annotations, ownerReferences
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String {
            try container.decodeIfPresent(String.self, forKey: key) ?? ""
        }
        name = try text(.name)
        namespace = try text(.namespace)
        uid = try text(.uid)
        resourceVersion = try text(.resourceVersion)
        labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations) ?? [:]
        ownerReferences = try container.decodeIfPresent([Owner].self, forKey: .ownerReferences) ?? []
    }

    var key: KubernetesKey { KubernetesKey(namespace: namespace, name: name) }
}
