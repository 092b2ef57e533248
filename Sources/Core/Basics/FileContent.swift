/// The bytes of a file, good for as long as this object lives, also after the file's removal. They lie in the
/// page cache where the file system can map them. Nobody may shorten the file meanwhile.
package final class FileContent: @unchecked Sendable {  // The bytes never change; `release` runs once, at the end.
    package let bytes: UnsafeRawBufferPointer
    private let release: (UnsafeRawBufferPointer) -> Void

    package init(_ bytes: UnsafeRawBufferPointer, release: @escaping (UnsafeRawBufferPointer) -> Void) {
        self.bytes = bytes
        self.release = release
    }

    /// A copy that outlives this object, which `bytes` do not.
    package var array: [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

    /// A copy of `bytes`.
    package convenience init(copying bytes: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        memory.copyBytes(from: bytes)
        self.init(UnsafeRawBufferPointer(memory)) { $0.deallocate() }
    }

    deinit { release(bytes) }
}
