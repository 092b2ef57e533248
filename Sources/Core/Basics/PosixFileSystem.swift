import Glibc

/// The machine's disk, by system calls. Interrupted calls are repeated; `ENOSPC` and `EDQUOT` become `noSpace`.
package struct PosixFileSystem: FileSystem {
    package init() {}

    package func openForAppending(_ path: String) throws(FileSystemError) -> any AppendableFile {
        let descriptor = try openDescriptor(path, O_WRONLY | O_CREAT | O_CLOEXEC)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = FileSystemError.last("stat", path)
            Glibc.close(descriptor)
            throw error
        }
        return PosixAppendableFile(descriptor: descriptor, path: path, count: Int(status.st_size))
    }

    package func read(_ path: String, bytesMax: Int) throws(FileSystemError) -> [UInt8] {
        let descriptor = try openDescriptor(path, O_RDONLY | O_CLOEXEC)
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileSystemError.last("stat", path) }
        let size = Int(status.st_size)
        guard size <= bytesMax else {
            throw FileSystemError(
                code: .tooLarge, operation: "read", path: path, message: "\(size) bytes, at most \(bytesMax) are read"
            )
        }
        var failure: FileSystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size {
                let got = Glibc.read(descriptor, buffer.baseAddress! + filled, size - filled)
                if got < 0 {
                    if errno == EINTR { continue }
                    failure = .last("read", path)
                    return
                }
                // Somebody cut the file while it was read: what is there is the content.
                if got == 0 { return }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    package func map(_ path: String) throws(FileSystemError) -> FileContent {
        let descriptor = try openDescriptor(path, O_RDONLY | O_CLOEXEC)
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileSystemError.last("stat", path) }
        let size = Int(status.st_size)
        // Nothing cannot be mapped.
        guard size > 0 else { return FileContent(copying: []) }
        guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            throw FileSystemError.last("map", path)
        }
        return FileContent(
            UnsafeRawBufferPointer(start: start, count: size),
            // Of a shared mapping of a file nothing is lost by it; the page cache keeps what it has room for.
            forget: { madvise(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count, MADV_DONTNEED) },
            release: { munmap(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count) })
    }

    package func replace(_ path: String, with bytes: [UInt8]) throws(FileSystemError) {
        let draft = path + ".tmp"
        let descriptor = try openDescriptor(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
        let file = PosixAppendableFile(descriptor: descriptor, path: draft, count: 0)
        do throws(FileSystemError) {
            defer { file.close() }
            try file.append(bytes)
            try file.sync()
        } catch {
            // The draft is of no use to anybody; its removal may fail for the reason the write did.
            _ = Glibc.unlink(draft)
            throw error
        }
        try rename(draft, to: path)
        try syncDirectory(Self.parent(of: path))
    }

    package func truncate(_ path: String, to count: Int) throws(FileSystemError) {
        let descriptor = try openDescriptor(path, O_WRONLY | O_CLOEXEC)
        let file = PosixAppendableFile(descriptor: descriptor, path: path, count: count)
        defer { file.close() }
        try file.truncate(to: count)
    }

    package func list(_ directory: String) throws(FileSystemError) -> [String] {
        guard let stream = opendir(directory) else { throw FileSystemError.last("list", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw FileSystemError.last("list", directory) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    package func size(_ path: String) throws(FileSystemError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileSystemError.last("stat", path) }
        return Int(status.st_size)
    }

    package func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package func createDirectory(_ path: String) throws(FileSystemError) {
        if mkdir(path, 0o750) == 0 { return }
        switch errno {
        case EEXIST: return
        case ENOENT where Self.parent(of: path) != path:
            try createDirectory(Self.parent(of: path))
            guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw FileSystemError.last("mkdir", path) }
        default: throw FileSystemError.last("mkdir", path)
        }
    }

    package func remove(_ path: String) throws(FileSystemError) {
        guard Glibc.remove(path) == 0 else { throw FileSystemError.last("remove", path) }
    }

    package func rename(_ path: String, to destination: String) throws(FileSystemError) {
        guard Glibc.rename(path, destination) == 0 else { throw FileSystemError.last("rename", path) }
    }

    package func link(_ path: String, to destination: String) throws(FileSystemError) {
        guard Glibc.link(path, destination) == 0 else { throw FileSystemError.last("link", destination) }
    }

    package func syncDirectory(_ directory: String) throws(FileSystemError) {
        let descriptor = try openDescriptor(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { Glibc.close(descriptor) }
        while fsync(descriptor) != 0 {
            if errno != EINTR { throw FileSystemError.last("sync", directory) }
        }
    }

    private func openDescriptor(_ path: String, _ flags: Int32) throws(FileSystemError) -> Int32 {
        while true {
            let descriptor = Glibc.open(path, flags, 0o640)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw FileSystemError.last("open", path) }
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension FileSystemError {
    /// What `errno` says about a call that has just failed.
    static func last(_ operation: String, _ path: String) -> FileSystemError {
        let number = errno
        let code: Code =
            switch number {
            case ENOENT: .notFound
            case ENOSPC, EDQUOT: .noSpace
            default: .other(errno: number)
            }
        return FileSystemError(
            code: code, operation: operation, path: path, message: String(cString: strerror(number)))
    }
}
