/// Where the API learns about targets.
package protocol TargetReporting: Sendable {
    /// Sorted by pool and URL.
    func targets() async -> [TargetStatus]
    /// Sorted by name.
    func pools() async -> [PoolStatus]
    var metadata: MetadataCatalog { get }
}
