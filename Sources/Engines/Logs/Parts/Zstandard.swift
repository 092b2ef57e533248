internal import Basics
internal import CZstd

/// Compresses runs of bytes, one at a time, with memory that it keeps.
package final class Compressor {
    private let context: OpaquePointer
    private var buffer: [UInt8] = []

    package init() {
        // Only without memory is there no context; then nothing else works either.
        context = ZSTD_createCCtx()
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Appends: the raw count, the count of what follows (0: as many raw bytes), the bytes.
    package func append(_ raw: UnsafeRawBufferPointer, level: Int32, to output: inout [UInt8]) {
        Varint.append(UInt64(raw.count), to: &output)
        guard raw.count > Self.plainMax else {
            output.append(0)
            output.append(contentsOf: raw)
            return
        }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        let bound = ZSTD_compressBound(raw.count)
        if buffer.count < bound { buffer = [UInt8](repeating: 0, count: bound) }
        let count = buffer.withUnsafeMutableBytes {
            ZSTD_compress2(context, $0.baseAddress, $0.count, raw.baseAddress, raw.count)
        }
        guard ZSTD_isError(count) == 0, count < raw.count - raw.count / 64 else {
            output.append(0)
            output.append(contentsOf: raw)
            return
        }
        Varint.append(UInt64(count), to: &output)
        output.append(contentsOf: buffer[..<count])
    }

    package func append(_ raw: [UInt8], level: Int32, to output: inout [UInt8]) {
        raw.withUnsafeBytes { append($0, level: level, to: &output) }
    }

    /// Below it the frame costs more than it saves.
    private static let plainMax = 24
}

/// Bytes that are not what a writer wrote.
package struct Damage: Error, Sendable {
    package var what: String
    package init(_ what: String) { self.what = what }
}

/// Reads numbers and runs of bytes one after another; past the end it throws.
package struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    package private(set) var offset = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var left: Int { bytes.count - offset }

    package mutating func varint() throws(Damage) -> UInt64 {
        guard let value = Varint.read(bytes, at: &offset) else { throw Damage("a number is cut off") }
        return value
    }

    package mutating func signed() throws(Damage) -> Int64 { Varint.unZigZag(try varint()) }

    /// A count that is at most `max`.
    package mutating func count(max: Int) throws(Damage) -> Int {
        let value = try varint()
        guard value <= UInt64(max) else { throw Damage("a count of \(value) where \(max) is the most") }
        return Int(value)
    }

    package mutating func byte() throws(Damage) -> UInt8 {
        guard offset < bytes.count else { throw Damage("a byte is missing") }
        offset += 1
        return bytes[offset - 1]
    }

    package mutating func take(_ count: Int) throws(Damage) -> UnsafeRawBufferPointer {
        guard count <= left else { throw Damage("\(count) bytes where \(left) are left") }
        offset += count
        return UnsafeRawBufferPointer(rebasing: bytes[offset - count..<offset])
    }

    package mutating func string() throws(Damage) -> String {
        String(decoding: try take(try count(max: left)), as: UTF8.self)
    }

    package mutating func fixed64() throws(Damage) -> UInt64 {
        UInt64(littleEndian: try take(8).loadUnaligned(as: UInt64.self))
    }

    package mutating func fixed32() throws(Damage) -> UInt32 {
        UInt32(littleEndian: try take(4).loadUnaligned(as: UInt32.self))
    }

    /// Past what `Compressor.append` wrote.
    mutating func skipCompressed() throws(Damage) {
        let rawCount = try count(max: .max)
        let count = try count(max: left)
        _ = try take(count == 0 ? rawCount : count)
    }

    /// Writes what `Compressor.append` wrote into `target`; returns the count.
    mutating func decompress(into target: inout [UInt8], at start: Int) throws(Damage) -> Int {
        let rawCount = try count(max: target.count - start)
        let count = try count(max: left)
        let source = try take(count == 0 ? rawCount : count)
        let isWhole = target.withUnsafeMutableBytes { target in
            let target = UnsafeMutableRawBufferPointer(rebasing: target[start..<start + rawCount])
            if count == 0 {
                target.copyMemory(from: source)
                return true
            }
            let got = ZSTD_decompress(target.baseAddress, rawCount, source.baseAddress, count)
            return ZSTD_isError(got) == 0 && got == rawCount
        }
        guard isWhole else { throw Damage("bytes that do not decompress") }
        return rawCount
    }

    /// What `Compressor.append` wrote.
    package mutating func compressed(max: Int) throws(Damage) -> [UInt8] {
        let rawCount = try count(max: max)
        let count = try count(max: left)
        if count == 0 { return Array(try take(rawCount)) }
        let source = try take(count)
        var isWhole = false
        let raw = [UInt8](unsafeUninitializedCapacity: rawCount) { target, filled in
            let got = ZSTD_decompress(target.baseAddress, rawCount, source.baseAddress, count)
            isWhole = ZSTD_isError(got) == 0 && got == rawCount
            filled = isWhole ? rawCount : 0
        }
        guard isWhole else { throw Damage("bytes that do not decompress") }
        return raw
    }
}

extension [UInt8] {
    package mutating func append(text: String) {
        var text = text
        text.withUTF8 {
            Varint.append(UInt64($0.count), to: &self)
            append(contentsOf: $0)
        }
    }

    package mutating func append(fixed64 value: UInt64) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    package mutating func append(fixed32 value: UInt32) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
