import Basics
import Synchronization

/// A file of `MemoryFileSystem`; dead after a crash, as a descriptor is.
final class MemoryFile: AppendableFile, @unchecked Sendable {  // Every access goes through the file system's lock.
    private let fileSystem: MemoryFileSystem
    private let path: String
    private let node: MemoryFileSystem.Node
    private let generation: Int

    init(fileSystem: MemoryFileSystem, path: String, node: MemoryFileSystem.Node, generation: Int) {
        self.fileSystem = fileSystem
        self.path = path
        self.node = node
        self.generation = generation
    }

    var count: Int { fileSystem.state.withLock { _ in node.content.count } }

    func append(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError) {
        try run("write") { state throws(FileSystemError) in
            var fitting = bytes.count
            var failure: FileSystemError?
            if let space = state.faults.spaceLeft, space < fitting {
                fitting = max(0, space)
                failure = MemoryFileSystem.error(.noSpace, "write", path, "no space left on device")
            }
            if let torn = state.faults.tornWriteAfter {
                state.faults.tornWriteAfter = nil
                fitting = min(fitting, torn)
                failure = MemoryFileSystem.error(.other(errno: 5), "write", path, "input/output error")
            }
            if let left = state.faults.powerCutAfter, left < fitting {
                fitting = left
                state.isDown = true
                failure = MemoryFileSystem.error(.other(errno: 5), "write", path, "the power is off")
            }
            node.content.append(contentsOf: bytes.prefix(fitting))
            if let space = state.faults.spaceLeft { state.faults.spaceLeft = max(0, space - fitting) }
            if let left = state.faults.powerCutAfter { state.faults.powerCutAfter = max(0, left - fitting) }
            if let failure { throw failure }
        }
    }

    func sync() throws(FileSystemError) {
        try run("sync") { state throws(FileSystemError) in
            try MemoryFileSystem.countSync(in: &state, path)
            node.syncedCount = node.content.count
        }
    }

    func truncate(to count: Int) throws(FileSystemError) {
        try run("truncate") { state throws(FileSystemError) in
            if state.faults.failingTruncates > 0 {
                state.faults.failingTruncates -= 1
                throw MemoryFileSystem.error(.other(errno: 5), "truncate", path, "input/output error")
            }
            if count < node.content.count {
                if let space = state.faults.spaceLeft {
                    state.faults.spaceLeft = space + node.content.count - count
                }
                node.content.removeSubrange(count...)
            }
            node.syncedCount = node.content.count
        }
    }

    func close() {}

    private func run(
        _ operation: String, _ body: (inout MemoryFileSystem.State) throws(FileSystemError) -> Void
    ) throws(FileSystemError) {
        try fileSystem.run(operation, path) { state throws(FileSystemError) in
            guard state.generation == generation else {
                throw MemoryFileSystem.error(.other(errno: 5), operation, path, "opened before the crash")
            }
            try body(&state)
        }
    }
}
