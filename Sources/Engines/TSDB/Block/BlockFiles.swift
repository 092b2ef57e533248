import Basics
import SignalModel

/// Where the files of one block lie. Names are relative to the block; errors are `SampleStoreError`, `corrupt` for a
/// file that is missing and will not come back.
protocol BlockFiles: Sendable {
    /// Names the block in error texts.
    var location: String { get }
    func content(_ name: String) throws -> FileContent
    /// Names in the folder, sorted.
    func names(in folder: String) throws -> [String]
    func exists(_ name: String) throws -> Bool
    /// Puts new content in a file's place, in one step and durably.
    func replace(_ name: String, with bytes: [UInt8]) throws
    /// Of all files.
    func byteCount() -> Int
}

/// A block in a folder of a disk.
struct FolderBlockFiles: BlockFiles {
    let location: String
    private let fileSystem: any FileSystem

    init(_ location: String, _ fileSystem: any FileSystem) {
        self.location = location
        self.fileSystem = fileSystem
    }

    func content(_ name: String) throws -> FileContent {
        try told { () throws(FileSystemError) in try fileSystem.map("\(location)/\(name)") }
    }

    func names(in folder: String) throws -> [String] {
        try told { () throws(FileSystemError) in try fileSystem.list("\(location)/\(folder)") }.sorted()
    }

    func exists(_ name: String) throws -> Bool { fileSystem.exists("\(location)/\(name)") }

    func replace(_ name: String, with bytes: [UInt8]) throws {
        try told { () throws(FileSystemError) in try fileSystem.replace("\(location)/\(name)", with: bytes) }
    }

    func byteCount() -> Int { BlockDirectory.size(location, fileSystem) }

    private func told<Value>(_ body: () throws(FileSystemError) -> Value) throws -> Value {
        do { return try body() } catch {
            throw SampleStoreError(error.code == .notFound ? .corrupt : .unavailable, "\(error)")
        }
    }
}

/// A block in an object store, as Thanos lays it out: `ULID/meta.json`, `ULID/index`, `ULID/chunks/000001` …
struct ObjectBlockFiles: BlockFiles {
    let location: String
    private let store: any ObjectStore

    init(_ ulid: String, _ store: any ObjectStore) {
        location = ulid
        self.store = store
    }

    func content(_ name: String) throws -> FileContent {
        try told { () throws(ObjectStoreError) in try store.content("\(location)/\(name)") }
    }

    func names(in folder: String) throws -> [String] {
        let prefix = "\(location)/\(folder)/"
        let found = try told { () throws(ObjectStoreError) in try store.list(prefix) }
        return found.map { String($0.dropFirst(prefix.count)) }
    }

    func exists(_ name: String) throws -> Bool {
        let name = "\(location)/\(name)"
        return try told { () throws(ObjectStoreError) in try store.list(name) }.contains(name)
    }

    func replace(_ name: String, with bytes: [UInt8]) throws {
        try told { () throws(ObjectStoreError) in
            try store.put("\(location)/\(name)", FileContent(copying: bytes))
        }
    }

    func byteCount() -> Int { 0 }

    private func told<Value>(_ body: () throws(ObjectStoreError) -> Value) throws -> Value {
        do { return try body() } catch {
            throw SampleStoreError(error.isMissing ? .corrupt : .unavailable, "archive: \(error)")
        }
    }
}
