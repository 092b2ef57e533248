/// Part of a list; `next` is empty on the last one.
struct KubernetesPage: Sendable {
    var objects: [KubernetesObject]
    var version: String
    var next: String
}
