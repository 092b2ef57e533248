package import Basics

/// An object store that is a directory: an object is a file, a `/` in its name a folder. Two of them must not write
/// the same object at once.
package struct DirectoryObjectStore: ObjectStore {
    /// Of an object that is being written; not listed.
    private static let draftSuffix = ".draft"
    /// Objects are written in pieces of this size.
    private static let pieceBytes = 4 << 20

    private let root: String
    private let fileSystem: any FileSystem

    /// Makes the directory when it is missing; what holds it must be there.
    package init(_ root: String, _ fileSystem: any FileSystem) throws(ObjectStoreError) {
        self.root = root
        self.fileSystem = fileSystem
        try told(root) { () throws(FileSystemError) in
            if !fileSystem.exists(root) { try fileSystem.createDirectory(root) }
        }
    }

    package func list(_ prefix: String) throws(ObjectStoreError) -> [String] {
        var names: [String] = []
        // Folders that lie before the prefix need no look.
        let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
        try walk(folder, prefix, &names)
        return names.sorted()
    }

    private func walk(_ folder: String, _ prefix: String, _ names: inout [String]) throws(ObjectStoreError) {
        let path = folder.isEmpty ? root : "\(root)/\(folder)"
        guard fileSystem.exists(path) else { return }
        let found = try told(folder) { () throws(FileSystemError) in try fileSystem.list(path) }
        for entry in found where !entry.hasSuffix(Self.draftSuffix) {
            let name = folder.isEmpty ? entry : "\(folder)/\(entry)"
            guard name.hasPrefix(prefix) || prefix.hasPrefix(name + "/") else { continue }
            if (try? fileSystem.list("\(root)/\(name)")) != nil {
                try walk(name, prefix, &names)
            } else {
                names.append(name)
            }
        }
    }

    package func put(_ name: String, _ content: FileContent) throws(ObjectStoreError) {
        try told(name) { () throws(FileSystemError) in
            let path = "\(root)/\(name)"
            try createFolders(of: name)
            let draft = path + Self.draftSuffix
            // What a crash left there would stay in front.
            if fileSystem.exists(draft) { try fileSystem.remove(draft) }
            let file = try fileSystem.openForAppending(draft)
            defer { file.close() }
            var start = 0
            while start < content.bytes.count {
                let end = min(start + Self.pieceBytes, content.bytes.count)
                try file.append(UnsafeRawBufferPointer(rebasing: content.bytes[start..<end]))
                start = end
            }
            try file.sync()
            try fileSystem.rename(draft, to: path)
            try fileSystem.syncDirectory(parent(of: path))
        }
    }

    private func createFolders(of name: String) throws(FileSystemError) {
        var path = root
        for part in name.split(separator: "/").dropLast() {
            let above = path
            path += "/\(part)"
            if fileSystem.exists(path) { continue }
            try fileSystem.createDirectory(path)
            try fileSystem.syncDirectory(above)
        }
    }

    package func content(_ name: String) throws(ObjectStoreError) -> FileContent {
        try told(name) { () throws(FileSystemError) in try fileSystem.map("\(root)/\(name)") }
    }

    /// Folders left empty go too.
    package func remove(_ name: String) throws(ObjectStoreError) {
        try told(name) { () throws(FileSystemError) in
            var path = "\(root)/\(name)"
            guard fileSystem.exists(path) else { return }
            try fileSystem.remove(path)
            while true {
                path = parent(of: path)
                guard path.utf8.count > root.utf8.count, try fileSystem.list(path).isEmpty else { break }
                try fileSystem.remove(path)
            }
            try fileSystem.syncDirectory(path)
        }
    }

    private func parent(of path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }

    private func told<Value>(
        _ name: String, _ body: () throws(FileSystemError) -> Value
    ) throws(ObjectStoreError) -> Value {
        do { return try body() } catch {
            throw ObjectStoreError(isMissing: error.code == .notFound, "object \(name): \(error)")
        }
    }
}
