/// What a watch tells.
enum KubernetesEvent: Sendable {
    case set(KubernetesObject)
    case removed(KubernetesObject)
    /// Nothing changed up to this version.
    case bookmark(String)
    case error(code: Int, message: String)
}
