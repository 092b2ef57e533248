import Basics

/// Folders of blocks on disk.
enum BlockDirectory {
    /// Paths of the blocks in `folder`, whole or not, by name; nothing when there is no such folder.
    static func blocks(in folder: String, _ fileSystem: any FileSystem) throws -> [String] {
        guard fileSystem.exists(folder) else { return [] }
        return try fileSystem.list(folder).filter { ULID($0) != nil }.sorted().map { "\(folder)/\($0)" }
    }

    /// Half-made and half-removed blocks of a run before.
    static func leftovers(in folder: String, _ fileSystem: any FileSystem) throws -> [String] {
        guard fileSystem.exists(folder) else { return [] }
        return try fileSystem.list(folder).filter { name in
            [BlockFormat.draftSuffix, ".tmp-for-deletion"].contains { suffix in
                name.hasSuffix(suffix) && ULID(String(name.dropLast(suffix.count))) != nil
            }
        }.map { "\(folder)/\($0)" }
    }

    /// Takes a block out of its folder in one step, then removes what is in it.
    static func remove(_ path: String, _ fileSystem: any FileSystem) throws {
        guard fileSystem.exists(path) else { return }
        let isDraft = path.hasSuffix(BlockFormat.draftSuffix) || path.hasSuffix(".tmp-for-deletion")
        let doomed = isDraft ? path : path + ".tmp-for-deletion"
        if !isDraft {
            try fileSystem.rename(path, to: doomed)
            try fileSystem.syncDirectory(parent(of: path))
        }
        try removeTree(doomed, fileSystem)
        try fileSystem.syncDirectory(parent(of: path))
    }

    /// Makes a block of the same files under another folder.
    static func link(_ path: String, to target: String, _ fileSystem: any FileSystem) throws {
        try fileSystem.createDirectory(target)
        for name in try fileSystem.list(path) {
            let isFolder = name == BlockFormat.chunkFolder
            if isFolder {
                try link("\(path)/\(name)", to: "\(target)/\(name)", fileSystem)
            } else if !name.hasSuffix(".tmp") {
                try fileSystem.link("\(path)/\(name)", to: "\(target)/\(name)")
            }
        }
        try fileSystem.syncDirectory(target)
    }

    static func removeTree(_ path: String, _ fileSystem: any FileSystem) throws {
        for name in (try? fileSystem.list(path)) ?? [] { try removeTree("\(path)/\(name)", fileSystem) }
        try fileSystem.remove(path)
    }

    /// Bytes of everything below `path`.
    static func size(_ path: String, _ fileSystem: any FileSystem) -> Int {
        guard let names = try? fileSystem.list(path) else { return (try? fileSystem.size(path)) ?? 0 }
        return names.reduce(0) { $0 + size("\(path)/\($1)", fileSystem) }
    }

    /// Makes the folder, durably, where there is none.
    static func ensure(_ folder: String, _ fileSystem: any FileSystem) throws(FileSystemError) {
        guard !fileSystem.exists(folder) else { return }
        try fileSystem.createDirectory(folder)
        try fileSystem.syncDirectory(parent(of: folder))
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "." }
        return String(path[..<slash])
    }
}
