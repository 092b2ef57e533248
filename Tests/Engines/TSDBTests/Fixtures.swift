import Basics

/// Files under `Fixtures/tsdb`, found from where this source lies.
enum Fixtures {
    static func bytes(_ name: String) throws -> [UInt8] {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(
            separator: "/")
        return try PosixFileSystem().read("\(root)/Fixtures/tsdb/\(name)", bytesMax: 1 << 20)
    }
}
