import Basics
import Glibc
import Testing

/// A directory on the machine's disk, gone with this value.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/signalbox-tsdb-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit { Self.removeAll(path) }

    private static func removeAll(_ path: String) {
        for name in (try? PosixFileSystem().list(path)) ?? [] { removeAll("\(path)/\(name)") }
        try? PosixFileSystem().remove(path)
    }
}
