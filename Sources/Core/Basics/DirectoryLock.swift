import Glibc

/// Holds a directory for one process, by an advisory lock (`flock`) on the file `lock` in it. The kernel drops it
/// when the process ends, however it ends: nothing stale can be left behind.
package final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Throws when another process holds `directory`, naming it by its pid.
    package init(_ directory: String) throws(FileSystemError) {
        let path = directory + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileSystemError.last("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let failure = errno
            let holder = Self.holder(descriptor)
            let error =
                failure == EWOULDBLOCK
                ? FileSystemError(
                    code: .other(errno: failure), operation: "lock", path: directory,
                    message: "another process\(holder.map { " (pid \($0))" } ?? "") works in this directory")
                : FileSystemError.last("lock", path)
            close(descriptor)
            throw error
        }
        // For people who wonder who holds it; the lock itself does not need it.
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { close(descriptor) }

    private static func holder(_ descriptor: Int32) -> Int? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        return Int(String(decoding: buffer.prefix(count), as: UTF8.self).filter(\.isNumber))
    }
}
