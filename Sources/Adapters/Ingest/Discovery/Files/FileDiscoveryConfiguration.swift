/// `file_sd_configs`.
package struct FileDiscoveryConfiguration: Sendable, Hashable {
    package static let defaultRefreshInterval = Duration.seconds(300)

    /// Paths that end in `.json`, `.yml` or `.yaml`; `*` and `?` may stand in the last name of each.
    package var files: [String]
    /// Everything is read anew this often, whatever the kernel says of changes.
    package var refreshInterval = Self.defaultRefreshInterval

    package init(files: [String]) { self.files = files }

    /// Prometheus' rule for paths, without Go's classes of characters.
    package static func isValid(_ path: String) -> Bool {
        let folderEnd = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        let suffixes = [".json", ".yml", ".yaml", ".JSON", ".YML", ".YAML"]
        return suffixes.contains { path.hasSuffix($0) && path.utf8.count > $0.utf8.count }
            && !path[..<folderEnd].utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
            && !path.utf8.contains(UInt8(ascii: "["))
    }
}
