import Basics
import Synchronization

extension MemoryFileSystem {
    /// Runs `body` on the state, unless the power is off.
    func run<Value>(
        _ operation: String, _ path: String, _ body: (inout State) throws(FileSystemError) -> Value
    ) throws(FileSystemError) -> Value {
        let outcome: Result<Value, FileSystemError> = state.withLock { state in
            if let left = state.faults.operationsLeft {
                if left == 0 { state.isDown = true }
                state.faults.operationsLeft = max(0, left - 1)
            }
            if let left = state.faults.operationsUntilFull {
                if left == 0 { state.faults.spaceLeft = 0 }
                state.faults.operationsUntilFull = left == 0 ? nil : left - 1
            }
            if state.isDown { return .failure(Self.error(.other(errno: 5), operation, path, "the power is off")) }
            do throws(FileSystemError) { return .success(try body(&state)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    static func create(_ path: String, in state: inout State) throws(FileSystemError) -> Node {
        guard state.directories.contains(parent(of: path)) else {
            throw error(.notFound, "open", path, "no such directory")
        }
        if state.faults.spaceLeft == 0 { throw error(.noSpace, "open", path, "no space left on device") }
        let node = Node()
        record(.create(path: path, node: node), in: &state)
        return node
    }

    static func record(_ change: EntryChange, in state: inout State) {
        apply(change, to: &state.files)
        if case .rename(let path, let destination) = change {
            state.directories.remove(path)
            for below in state.directories where below.hasPrefix(path + "/") {
                state.directories.remove(below)
                state.directories.insert(destination + below.dropFirst(path.count))
            }
        }
        state.pending.append(change)
    }

    /// After a crash: where files lie there are directories, and one that only a lost rename made is none.
    static func settleDirectories(in state: inout State, of files: [String: Node]) {
        for change in state.pending {
            if case .rename(_, let destination) = change {
                state.directories = state.directories.filter {
                    $0 != destination && !$0.hasPrefix(destination + "/")
                }
            }
        }
        for path in files.keys {
            var ancestor = parent(of: path)
            while state.directories.insert(ancestor).inserted { ancestor = parent(of: ancestor) }
        }
    }

    static func apply(_ change: EntryChange, to files: inout [String: Node]) {
        switch change {
        case .create(let path, let node): files[path] = node
        case .remove(let path): files[path] = nil
        case .rename(let path, let destination):
            if let node = files.removeValue(forKey: path) { files[destination] = node }
            // A directory moves with everything below it.
            for below in files.keys where below.hasPrefix(path + "/") {
                files[destination + below.dropFirst(path.count)] = files.removeValue(forKey: below)
            }
        }
    }

    static func countSync(in state: inout State, _ path: String) throws(FileSystemError) {
        state.syncCount += 1
        guard state.faults.failingSyncs > 0 else { return }
        state.faults.failingSyncs -= 1
        throw error(.other(errno: 5), "sync", path, "input/output error")
    }

    static func error(
        _ code: FileSystemError.Code, _ operation: String, _ path: String, _ message: String
    ) -> FileSystemError {
        FileSystemError(code: code, operation: operation, path: path, message: message)
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Without a slash at the end and without doubled ones.
    static func normal(_ path: String) -> String {
        let parts = path.split(separator: "/").joined(separator: "/")
        return path.hasPrefix("/") ? "/" + parts : (parts.isEmpty ? "." : parts)
    }
}
