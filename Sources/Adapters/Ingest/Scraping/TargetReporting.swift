/// Where the API learns about targets.
package protocol TargetReporting: Sendable {
    /// Sorted by pool and URL.
    func targets() async -> [TargetStatus]
    var metadata: MetadataCatalog { get }
}
