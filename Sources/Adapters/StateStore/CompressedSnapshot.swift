internal import CZstd
internal import Response
internal import WireFormats

/// A snapshot as it lies in its row: JSON in one zstd frame, made and read a part at a time, because the JSON of a storm
/// of alerts is hundreds of megabytes that compress to a twentieth.
enum CompressedSnapshot {
    /// The fastest: a journal entry may be waiting for the disk meanwhile.
    private static let level: Int32 = 1
    /// What the JSON of one snapshot may come to; more is damage.
    private static let bytesMax = 8 << 30

    static func make(_ state: OperationsState) throws -> [UInt8] {
        let stream = try Handle(ZSTD_createCStream(), ZSTD_freeCStream)
        try check(ZSTD_CCtx_setParameter(stream.pointer, ZSTD_c_compressionLevel, level))
        try check(ZSTD_CCtx_setParameter(stream.pointer, ZSTD_c_checksumFlag, 1))
        var result: [UInt8] = []
        var room = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
        func feed(_ bytes: [UInt8], _ directive: ZSTD_EndDirective) throws {
            try bytes.withUnsafeBytes { bytes in
                var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
                var left = 0
                repeat {
                    let count = try room.withUnsafeMutableBytes { room in
                        var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                        left = try check(ZSTD_compressStream2(stream.pointer, &output, &input, directive))
                        return output.pos
                    }
                    result.append(contentsOf: room[..<count])
                } while input.pos < input.size || (directive == ZSTD_e_end && left > 0)
            }
        }
        try JSONStream.encode(state) { try feed($0, ZSTD_e_continue) }
        try feed([], ZSTD_e_end)
        return result
    }

    /// The JSON.
    static func json(_ frame: [UInt8]) throws -> [UInt8] {
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
                guard result.count <= bytesMax else { throw Damage("more than \(bytesMax) bytes of JSON") }
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
