internal import CZstd

/// Snapshots in zstd frames with a checksum: the JSON of a storm of alerts compresses to a twentieth.
enum CompressedSnapshot {
    /// The fastest: a journal entry may be waiting for the disk meanwhile.
    private static let level: Int32 = 1
    /// What the JSON of a snapshot in one frame may come to; more is damage.
    private static let bytesMax = 8 << 30

    static func frame(_ content: [UInt8]) throws -> [UInt8] {
        let stream = try Handle(ZSTD_createCCtx(), ZSTD_freeCCtx)
        try check(ZSTD_CCtx_setParameter(stream.pointer, ZSTD_c_compressionLevel, level))
        try check(ZSTD_CCtx_setParameter(stream.pointer, ZSTD_c_checksumFlag, 1))
        let bound = ZSTD_compressBound(content.count)
        return try [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            count = try check(
                ZSTD_compress2(stream.pointer, room.baseAddress, room.count, content, content.count))
        }
    }

    /// What is in a frame, which may say nothing of its length.
    static func content(of frame: [UInt8], max: Int = bytesMax) throws -> [UInt8] {
        let stream = try Handle(ZSTD_createDStream(), ZSTD_freeDStream)
        var result: [UInt8] = []
        var room = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
        var left = 1
        try frame.withUnsafeBytes { frame in
            var input = ZSTD_inBuffer(src: frame.baseAddress, size: frame.count, pos: 0)
            while left > 0 {
                let count = try room.withUnsafeMutableBytes { room in
                    var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                    left = try check(ZSTD_decompressStream(stream.pointer, &output, &input))
                    return output.pos
                }
                result.append(contentsOf: room[..<count])
                guard left == 0 || count > 0 || input.pos < input.size else {
                    throw Damage("the zstd frame is cut off")
                }
                guard result.count <= max else { throw Damage("more than \(max) bytes of JSON") }
            }
        }
        return result
    }

    struct Damage: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    @discardableResult
    private static func check(_ code: Int) throws -> Int {
        guard ZSTD_isError(code) == 0 else { throw Damage("zstd: \(String(cString: ZSTD_getErrorName(code)))") }
        return code
    }

    /// Frees what zstd made.
    private final class Handle {
        let pointer: OpaquePointer
        private let free: (OpaquePointer?) -> Int

        init(_ pointer: OpaquePointer?, _ free: @escaping (OpaquePointer?) -> Int) throws {
            guard let pointer else { throw Damage("no memory for zstd") }
            self.pointer = pointer
            self.free = free
        }

        deinit { _ = free(pointer) }
    }
}
