import Basics
import Synchronization

/// Objects in memory, whose writing may be made to fail.
final class MemoryObjectStore: ObjectStore {
    struct State: Sendable {
        var objects: [String: [UInt8]] = [:]
        /// Objects may be written so many times; nil for ever.
        var putsLeft: Int?
    }
    let state = Mutex(State())

    var names: [String] { state.withLock { $0.objects.keys.sorted() } }
    /// Of blocks that count.
    var blocks: [String] { names.filter { $0.hasSuffix("/meta.json") }.map { String($0.prefix(26)) } }

    func allow(puts: Int?) { state.withLock { $0.putsLeft = puts } }

    func list(_ prefix: String) throws(ObjectStoreError) -> [String] { names.filter { $0.hasPrefix(prefix) } }

    func put(_ name: String, _ content: FileContent) throws(ObjectStoreError) {
        let isFull = state.withLock { state in
            if state.putsLeft == 0 { return true }
            state.putsLeft = state.putsLeft.map { $0 - 1 }
            state.objects[name] = Array(content.bytes)
            return false
        }
        if isFull { throw ObjectStoreError("object \(name): no space") }
    }

    func content(_ name: String) throws(ObjectStoreError) -> FileContent {
        guard let bytes = state.withLock({ $0.objects[name] }) else {
            throw ObjectStoreError(isMissing: true, "object \(name): none")
        }
        return FileContent(copying: bytes)
    }

    func remove(_ name: String) throws(ObjectStoreError) { state.withLock { $0.objects[name] = nil } }
}
