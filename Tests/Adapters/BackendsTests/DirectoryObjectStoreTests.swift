import Backends
import Basics
import TestKit
import Testing

@Suite("Objects in a directory")
struct DirectoryObjectStoreTests {
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 2))

    private func store() throws -> DirectoryObjectStore {
        try disk.createDirectory("/archive")
        return try DirectoryObjectStore("/archive", disk)
    }

    private func content(_ text: String) -> FileContent { FileContent(copying: Array(text.utf8)) }
    private func text(_ store: DirectoryObjectStore, _ name: String) throws -> String {
        String(decoding: try store.content(name).array, as: UTF8.self)
    }

    @Test("what is put is listed by prefix, read, put anew and removed with its folders")
    func life() throws {
        let store = try store()
        for name in ["b/meta.json", "a/chunks/000001", "a/meta.json", "ab/x"] { try store.put(name, content(name)) }
        #expect(try store.list("") == ["a/chunks/000001", "a/meta.json", "ab/x", "b/meta.json"])
        #expect(try store.list("a/") == ["a/chunks/000001", "a/meta.json"])
        #expect(try store.list("a") == ["a/chunks/000001", "a/meta.json", "ab/x"])
        #expect(try store.list("a/chunks/0") == ["a/chunks/000001"])
        #expect(try store.list("c/") == [])
        try store.put("a/meta.json", content("new"))
        #expect(try text(store, "a/meta.json") == "new")
        for name in ["a/chunks/000001", "a/meta.json", "a/nothing"] { try store.remove(name) }
        #expect(try store.list("") == ["ab/x", "b/meta.json"])
        #expect(try disk.list("/archive").sorted() == ["ab", "b"])
    }

    @Test("an object that is missing is told apart")
    func missing() throws {
        let store = try store()
        let error = #expect(throws: ObjectStoreError.self) { try store.content("a/b") }
        #expect(error?.isMissing == true)
        #expect(error?.description.contains("object a/b") == true)
    }

    @Test("power lost at any byte leaves the old object or the new one, and the next put succeeds")
    func powerCut() throws {
        for bytes in 0...12 {
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: UInt64(bytes)))
            try disk.createDirectory("/archive")
            try disk.syncDirectory("/")
            var store = try DirectoryObjectStore("/archive", disk)
            try store.put("a/meta.json", content("old"))
            disk.cutPower(afterBytes: bytes)
            try? store.put("a/meta.json", content("new content"))
            disk.crash()
            store = try DirectoryObjectStore("/archive", disk)
            #expect(["old", "new content"].contains(try text(store, "a/meta.json")))
            #expect(try store.list("") == ["a/meta.json"])
            try store.put("a/meta.json", content("newest"))
            #expect(try text(store, "a/meta.json") == "newest")
        }
    }
}
