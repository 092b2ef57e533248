import Basics

@testable import TSDB

/// Files under `Fixtures/tsdb`, found from where this source lies.
enum Fixtures {
    static func bytes(_ name: String) throws -> [UInt8] {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(
            separator: "/")
        return try PosixFileSystem().read("\(root)/Fixtures/tsdb/\(name)", bytesMax: 1 << 20)
    }
}

extension EncodedChunk {
    /// A copy of the chunk's bytes; what is put there lies on the heap.
    var bytes: [UInt8] {
        get { withBytes { Array($0) } }
        set { self = EncodedChunk(minTime: minTime, maxTime: maxTime, bytes: newValue, encoding: encoding) }
    }
}
