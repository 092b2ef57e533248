/// Of an object among those of its kind; the namespace is empty for kinds that stand in none.
struct KubernetesKey: Sendable, Hashable {
    var namespace: String
    var name: String
}
