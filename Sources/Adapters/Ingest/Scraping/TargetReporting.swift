/// Where the API learns about targets.
package protocol TargetReporting: Sendable {
    /// Sorted by pool and URL.
    func targets() async -> [TargetStatus]
    /// Sorted by name.
    func pools() async -> [PoolStatus]
    /// What each target said last about its metrics, sorted like `targets()`.
    func targetMetadata() async -> [TargetMetadata]
    var metadata: MetadataCatalog { get }
}
