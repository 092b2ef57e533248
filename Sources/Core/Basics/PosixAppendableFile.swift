import Glibc

/// A file of `PosixFileSystem`, written at its end by `pwrite`, so a failed write leaves no moved offset behind.
final class PosixAppendableFile: AppendableFile, @unchecked Sendable {  // One owner at a time, by contract.
    private let descriptor: Int32
    private let path: String
    private var isOpen = true
    private(set) var count: Int

    init(descriptor: Int32, path: String, count: Int) {
        self.descriptor = descriptor
        self.path = path
        self.count = count
    }

    deinit { close() }

    func append(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError) {
        var done = 0
        while done < bytes.count {
            let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(count))
            if written < 0 {
                if errno == EINTR { continue }
                throw FileSystemError.last("write", path)
            }
            done += written
            count += written
        }
    }

    func sync() throws(FileSystemError) {
        while fdatasync(descriptor) != 0 {
            if errno != EINTR { throw FileSystemError.last("sync", path) }
        }
    }

    func truncate(to count: Int) throws(FileSystemError) {
        while ftruncate(descriptor, off_t(count)) != 0 {
            if errno != EINTR { throw FileSystemError.last("truncate", path) }
        }
        self.count = count
        try sync()
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }
}
