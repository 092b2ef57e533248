import Basics

/// Files by path, for loads that only read.
struct ReadOnlyFiles: FileSystem {
    var files: [String: [UInt8]]

    func read(_ path: String, bytesMax: Int) throws(FileSystemError) -> [UInt8] {
        guard let bytes = files[path] else { throw error(.notFound, "read", path) }
        if bytes.count > bytesMax { throw error(.tooLarge, "read", path) }
        return bytes
    }

    func list(_ directory: String) throws(FileSystemError) -> [String] {
        let prefix = directory == "." ? "" : directory.hasSuffix("/") ? directory : directory + "/"
        let names = files.keys.filter { $0.hasPrefix(prefix) && !(prefix.isEmpty && $0.hasPrefix("/")) }
            .map { String($0.dropFirst(prefix.count).prefix { $0 != "/" }) }
        if names.isEmpty { throw error(.notFound, "list", directory) }
        return Array(Set(names))
    }

    func exists(_ path: String) -> Bool { files[path] != nil || (try? list(path)) != nil }
    func size(_ path: String) throws(FileSystemError) -> Int { try read(path, bytesMax: .max).count }

    func openForAppending(_ path: String) throws(FileSystemError) -> any AppendableFile { throw readOnly(path) }
    func map(_ path: String) throws(FileSystemError) -> FileContent {
        FileContent(copying: try read(path, bytesMax: .max))
    }

    func replace(_ path: String, with bytes: [UInt8]) throws(FileSystemError) { throw readOnly(path) }
    func truncate(_ path: String, to count: Int) throws(FileSystemError) { throw readOnly(path) }
    func createDirectory(_ path: String) throws(FileSystemError) { throw readOnly(path) }
    func remove(_ path: String) throws(FileSystemError) { throw readOnly(path) }
    func rename(_ path: String, to destination: String) throws(FileSystemError) { throw readOnly(path) }
    func link(_ path: String, to destination: String) throws(FileSystemError) { throw readOnly(path) }
    func syncDirectory(_ directory: String) throws(FileSystemError) { throw readOnly(directory) }

    private func readOnly(_ path: String) -> FileSystemError { error(.other(errno: 30), "write", path) }

    private func error(_ code: FileSystemError.Code, _ operation: String, _ path: String) -> FileSystemError {
        FileSystemError(code: code, operation: operation, path: path, message: "\(code)")
    }
}
