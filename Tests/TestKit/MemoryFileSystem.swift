package import Basics
import Synchronization

/// A disk in memory that can fill up, tear a write, refuse to sync, lose power, and then forgets what was not
/// made durable, as strictly as POSIX allows: bytes by `sync`, directory entries by `syncDirectory`.
package final class MemoryFileSystem: FileSystem {
    // Reached only under `state`.
    final class Node: @unchecked Sendable {
        var content: [UInt8] = []
        /// How many leading bytes survive a crash for certain.
        var syncedCount = 0
    }

    enum EntryChange {
        case create(path: String, node: Node)
        case remove(path: String)
        case rename(path: String, destination: String)

        var directory: String {
            switch self {
            case .create(let path, _), .remove(let path), .rename(let path, _): MemoryFileSystem.parent(of: path)
            }
        }
    }

    struct State: ~Copyable {
        var files: [String: Node] = [:]
        var directories: Set<String> = ["/", "."]
        /// What the disk would show after a crash, before `pending` changes.
        var durableFiles: [String: Node] = [:]
        var pending: [EntryChange] = []
        var faults = Faults()
        /// Raised by a crash; files opened before it are dead.
        var generation = 0
        var isDown = false
        var syncCount = 0
    }

    struct Faults {
        var spaceLeft: Int?
        var isRoomGivenBack = false
        var failingSyncs = 0
        var tornWriteAfter: Int?
        var powerCutAfter: Int?
        /// Operations that still work.
        var operationsLeft: Int?
        /// Operations until there is no room any more.
        var operationsUntilFull: Int?
        var failingTruncates = 0
    }

    let state: Mutex<State>
    private let randomness: SeededRandomness

    package init(randomness: SeededRandomness) {
        state = Mutex(State())
        self.randomness = randomness
    }

    // MARK: Faults

    /// Bytes that may still be written; nil for no bound. A write beyond it leaves what fits and throws `noSpace`.
    package var spaceLeft: Int? {
        get { state.withLock { $0.faults.spaceLeft } }
        set {
            state.withLock { state in
                state.faults.spaceLeft = newValue
                state.faults.operationsUntilFull = nil
            }
        }
    }

    /// Files that are removed leave room, as on a disk.
    package func giveRoomBack() { state.withLock { $0.faults.isRoomGivenBack = true } }

    /// The next `count` syncs fail.
    package func failSyncs(_ count: Int) { state.withLock { $0.faults.failingSyncs = count } }

    /// The next `count` truncations fail.
    package func failTruncates(_ count: Int) { state.withLock { $0.faults.failingTruncates = count } }

    /// The next write leaves `bytes` bytes and fails.
    package func tearNextWrite(after bytes: Int) { state.withLock { $0.faults.tornWriteAfter = bytes } }

    /// After `bytes` more bytes nothing works any more, until `crash`.
    package func cutPower(afterBytes bytes: Int) { state.withLock { $0.faults.powerCutAfter = bytes } }

    /// After `count` more operations, reads among them, nothing works any more, until `crash`.
    package func cutPower(afterOperations count: Int) { state.withLock { $0.faults.operationsLeft = count } }

    /// After `count` more operations the disk is full, until `spaceLeft` is set.
    package func fillUp(afterOperations count: Int) { state.withLock { $0.faults.operationsUntilFull = count } }

    package var isDown: Bool { state.withLock { $0.isDown } }
    package var syncCount: Int { state.withLock { $0.syncCount } }

    /// Power off and on: of each file what was synced and a chance-long prefix of what was not; of the changes
    /// to directories what was synced and a chance-long prefix of the others. Faults are cleared.
    package func crash() {
        state.withLock { state in
            let kept = Int(randomness.next() % UInt64(state.pending.count + 1))
            var files = state.durableFiles
            for change in state.pending.prefix(kept) { Self.apply(change, to: &files) }
            for path in files.keys.sorted() {
                guard let node = files[path], node.syncedCount < node.content.count else { continue }
                let extra = Int(randomness.next() % UInt64(node.content.count - node.syncedCount + 1))
                node.content.removeSubrange((node.syncedCount + extra)...)
                node.syncedCount = node.content.count
            }
            Self.settleDirectories(in: &state, of: files)
            state.files = files
            state.durableFiles = files
            state.pending = []
            state.faults = Faults()
            state.generation += 1
            state.isDown = false
        }
    }

    /// Overwrites bytes behind the file system's back: a bad sector, a curious editor.
    package func damage(_ path: String, _ change: (inout [UInt8]) -> Void) {
        state.withLock { state in
            guard let node = state.files[path] else { return }
            change(&node.content)
            node.syncedCount = node.content.count
        }
    }

    // MARK: FileSystem

    package func openForAppending(_ path: String) throws(FileSystemError) -> any AppendableFile {
        let path = Self.normal(path)
        let opened: (Node, Int) = try run("open", path) { state throws(FileSystemError) in
            if let node = state.files[path] { return (node, state.generation) }
            return (try Self.create(path, in: &state), state.generation)
        }
        return MemoryFile(fileSystem: self, path: path, node: opened.0, generation: opened.1)
    }

    package func read(_ path: String, bytesMax: Int) throws(FileSystemError) -> [UInt8] {
        let path = Self.normal(path)
        return try run("read", path) { state throws(FileSystemError) in
            guard let node = state.files[path] else { throw Self.error(.notFound, "read", path, "no such file") }
            guard node.content.count <= bytesMax else {
                throw Self.error(.tooLarge, "read", path, "\(node.content.count) bytes, at most \(bytesMax) are read")
            }
            return node.content
        }
    }

    package func map(_ path: String) throws(FileSystemError) -> FileContent {
        FileContent(copying: try read(path, bytesMax: .max))
    }

    package func replace(_ path: String, with bytes: [UInt8]) throws(FileSystemError) {
        let draft = path + ".tmp"
        let file = try openForAppending(draft)
        try file.truncate(to: 0)
        let outcome = bytes.withUnsafeBytes { raw in
            Result { () throws(FileSystemError) in try file.append(raw) }
        }
        try outcome.get()
        try file.sync()
        try rename(draft, to: path)
        try syncDirectory(Self.parent(of: Self.normal(path)))
    }

    package func truncate(_ path: String, to count: Int) throws(FileSystemError) {
        guard exists(path) else { throw Self.error(.notFound, "truncate", path, "no such file") }
        try openForAppending(path).truncate(to: count)
    }

    package func list(_ directory: String) throws(FileSystemError) -> [String] {
        let directory = Self.normal(directory)
        return try run("list", directory) { state throws(FileSystemError) in
            guard state.directories.contains(directory) else {
                throw Self.error(.notFound, "list", directory, "no such directory")
            }
            let paths = Array(state.files.keys) + Array(state.directories)
            return paths.filter { $0 != directory && Self.parent(of: $0) == directory }
                .map { String($0.split(separator: "/").last ?? "") }
        }
    }

    package func size(_ path: String) throws(FileSystemError) -> Int { try read(path, bytesMax: .max).count }

    package func exists(_ path: String) -> Bool {
        let path = Self.normal(path)
        return state.withLock { $0.files[path] != nil || $0.directories.contains(path) }
    }

    package func createDirectory(_ path: String) throws(FileSystemError) {
        let path = Self.normal(path)
        try run("mkdir", path) { state throws(FileSystemError) in
            var ancestor = path
            while !state.directories.contains(ancestor) {
                state.directories.insert(ancestor)
                ancestor = Self.parent(of: ancestor)
            }
        }
    }

    package func remove(_ path: String) throws(FileSystemError) {
        let path = Self.normal(path)
        try run("remove", path) { state throws(FileSystemError) in
            if state.directories.contains(path) {
                guard !state.files.keys.contains(where: { $0.hasPrefix(path + "/") }) else {
                    throw Self.error(.other(errno: 39), "remove", path, "directory not empty")
                }
                state.directories.remove(path)
                return
            }
            guard let file = state.files[path] else { throw Self.error(.notFound, "remove", path, "no such file") }
            if state.faults.isRoomGivenBack, let left = state.faults.spaceLeft {
                state.faults.spaceLeft = left + file.content.count
            }
            Self.record(.remove(path: path), in: &state)
        }
    }

    package func rename(_ path: String, to destination: String) throws(FileSystemError) {
        let path = Self.normal(path)
        let destination = Self.normal(destination)
        try run("rename", path) { state throws(FileSystemError) in
            guard state.files[path] != nil || state.directories.contains(path) else {
                throw Self.error(.notFound, "rename", path, "no such file")
            }
            if state.directories.contains(path) { state.directories.insert(destination) }
            Self.record(.rename(path: path, destination: destination), in: &state)
        }
    }

    package func link(_ path: String, to destination: String) throws(FileSystemError) {
        let path = Self.normal(path)
        let destination = Self.normal(destination)
        try run("link", destination) { state throws(FileSystemError) in
            guard let node = state.files[path] else { throw Self.error(.notFound, "link", path, "no such file") }
            Self.record(.create(path: destination, node: node), in: &state)
        }
    }

    package func syncDirectory(_ directory: String) throws(FileSystemError) {
        let directory = Self.normal(directory)
        try run("sync", directory) { state throws(FileSystemError) in
            try Self.countSync(in: &state, directory)
            var left: [EntryChange] = []
            for change in state.pending {
                if change.directory == directory {
                    Self.apply(change, to: &state.durableFiles)
                } else {
                    left.append(change)
                }
            }
            state.pending = left
        }
    }
}
