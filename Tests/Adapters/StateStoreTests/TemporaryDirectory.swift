import Glibc

/// A directory of one test, gone with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/signalbox-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }

    deinit {
        for suffix in ["", "-wal", "-shm"] { unlink("\(path)/state.sqlite\(suffix)") }
        rmdir(path)
    }

    var database: String { "\(path)/state.sqlite" }
}
