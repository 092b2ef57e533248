package import Basics
import NIOPosix
import SignalModel

/// Targets in files, re-read when they change. A file that is bad keeps what it said last while it was good; one that
/// is gone takes its targets along.
package struct FileDiscovery: TargetDiscovery {
    /// Target groups of a YAML file, or the place and the reason why there are none.
    package typealias DecodeYAML =
        @Sendable (_ bytes: [UInt8], _ path: String) throws(TargetGroupFile.Invalid) -> [TargetGroup]

    /// A larger file is bad.
    package static let fileBytesMax = 16 << 20
    /// Files beyond it are not read, which counts as a failure.
    package static let filesMax = 10_000
    /// Prometheus' label for where a target was found.
    private static let pathLabel = "__meta_filepath"

    private let configuration: FileDiscoveryConfiguration
    private let disk: any FileSystem
    private let watch: any FolderWatching
    private let decodeYAML: DecodeYAML
    private let clock: any WallClock

    package init(
        _ configuration: FileDiscoveryConfiguration, disk: any FileSystem, watch: any FolderWatching,
        decodeYAML: @escaping DecodeYAML, clock: any WallClock
    ) {
        self.configuration = configuration
        self.disk = disk
        self.watch = watch
        self.decodeYAML = decodeYAML
        self.clock = clock
    }

    package func run(_ send: @escaping @Sendable (DiscoveryUpdate) -> Void) async {
        var known: [String: [TargetGroup]] = [:]
        var sent: [TargetGroup]?
        while !Task.isCancelled {
            // Watched before it is read, so that no change falls between.
            let changes = watch.changes(in: folders)
            let before = known
            guard let look = try? await NIOThreadPool.singleton.runIfActive({ look(after: before) }) else { return }
            known = look.groups
            let groups = known.sorted { $0.key < $1.key }.flatMap(\.value)
            // A failure that lasts is not taken for a recovery in between.
            if look.failures.isEmpty || groups != sent { send(.all(groups)) }
            sent = groups
            if let first = look.failures.first {
                let others = look.failures.count > 1 ? "; and \(look.failures.count - 1) more files" : ""
                send(.failed(first.reason + others, place: first.path))
            }
            await wait(for: changes)
        }
    }

    /// Without the kernel's word the files are read this often.
    private static let unwatchedInterval = Duration.seconds(5)

    private func wait(for changes: AsyncStream<Void>?) async {
        let interval =
            changes == nil
            ? min(configuration.refreshInterval, Self.unwatchedInterval) : configuration.refreshInterval
        await withTaskGroup { group in
            if let changes { group.addTask { for await _ in changes { return } } }
            group.addTask { try? await clock.sleep(until: clock.now() + interval) }
            await group.next()
            group.cancelAll()
        }
    }

    private func look(
        after known: [String: [TargetGroup]]
    ) -> (groups: [String: [TargetGroup]], failures: [(path: String, reason: String)]) {
        var groups: [String: [TargetGroup]] = [:]
        var failures: [(path: String, reason: String)] = []
        let paths = paths
        if paths.count > Self.filesMax {
            failures.append((paths[Self.filesMax], "more than \(Self.filesMax) files"))
        }
        for path in paths.prefix(Self.filesMax) {
            do { groups[path] = try read(path) } catch {
                failures.append((path, "\(path): \(error)"))
                groups[path] = known[path]
            }
        }
        return (groups, failures)
    }

    private func read(_ path: String) throws(TargetGroupFile.Invalid) -> [TargetGroup] {
        let bytes: [UInt8]
        do { bytes = try disk.read(path, bytesMax: Self.fileBytesMax) } catch {
            throw TargetGroupFile.Invalid(error.message)
        }
        let groups =
            path.lowercased().hasSuffix(".json")
            ? try TargetGroupFile.decodeJSON(bytes, source: path) : try decodeYAML(bytes, path)
        return groups.map { group in
            var group = group
            group.labels = group.labels.setting(Self.pathLabel, to: path)
            return group
        }
    }

    private var folders: Set<String> { Set(configuration.files.map { Self.split($0).folder }) }

    /// Files that are there, sorted, each once.
    private var paths: [String] {
        var found: Set<String> = []
        for pattern in configuration.files {
            let (folder, name) = Self.split(pattern)
            guard Wildcard.isPattern(name) else {
                if disk.exists(pattern) { found.insert(pattern) }
                continue
            }
            // A folder that is not there yet has no files.
            for entry in (try? disk.list(folder)) ?? [] where Wildcard.matches(entry, name) {
                found.insert(pattern.dropLast(name.count) + entry)
            }
        }
        return found.sorted()
    }

    private static func split(_ path: String) -> (folder: String, name: Substring) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), path[path.index(after: slash)...])
    }
}
