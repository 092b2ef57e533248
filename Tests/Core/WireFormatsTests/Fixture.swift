import Basics

/// Files under `Fixtures/`, found from where this file stands.
enum Fixture {
    static func bytes(_ path: String) throws -> [UInt8] {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(4)
        return try PosixFileSystem().read(
            (parts + ["Fixtures", Substring(path)]).joined(separator: "/"), bytesMax: 1 << 24)
    }
}
