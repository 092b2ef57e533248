/// The bytes of a file, good for as long as this object lives, also after the file's removal. They lie in the
/// page cache where the file system can map them. Nobody may shorten the file meanwhile.
package final class FileContent: @unchecked Sendable {  // The bytes never change; `release` runs once, at the end.
    package let bytes: UnsafeRawBufferPointer
    private let release: (UnsafeRawBufferPointer) -> Void
    private let forget: (UnsafeRawBufferPointer) -> Void

    package init(
        _ bytes: UnsafeRawBufferPointer, forget: @escaping (UnsafeRawBufferPointer) -> Void = { _ in },
        release: @escaping (UnsafeRawBufferPointer) -> Void
    ) {
        self.bytes = bytes
        self.release = release
        self.forget = forget
    }

    /// Says that the bytes will not be looked at soon: they need not count as this process' memory until then. May be
    /// called while others look at them.
    package func forgetPages() { forget(bytes) }

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
