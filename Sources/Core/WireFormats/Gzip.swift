internal import CZlib

/// gzip (RFC 1952) by zlib.
package enum Gzip {
    /// Room is added as it is needed, so what a block claims costs nothing.
    private static let stepBytes = 64 << 10

    /// Throws when the content is more than `bytesMax`, or not whole.
    package static func decompress(
        _ block: UnsafeRawBufferPointer, bytesMax: Int
    ) throws(WireFormatError) -> [UInt8] {
        var stream = z_stream()
        let started = signalbox_gunzip_start(&stream)
        precondition(started == Z_OK, "zlib refuses fixed, valid parameters")
        defer { inflateEnd(&stream) }
        var result: [UInt8] = []
        // zlib reads the input only, despite its mutable pointer type.
        stream.next_in = UnsafeMutablePointer(mutating: block.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(clamping: block.count)
        var step = [UInt8](repeating: 0, count: stepBytes)
        while true {
            let (status, count) = step.withUnsafeMutableBufferPointer { output in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return (inflate(&stream, Z_NO_FLUSH), output.count - Int(stream.avail_out))
            }
            guard result.count + count <= bytesMax else {
                throw WireFormatError(.tooLarge, .whole, "gzip content of more than \(bytesMax) bytes")
            }
            result += step[..<count]
            switch status {
            case Z_OK where count > 0 || stream.avail_in > 0: continue
            // Another member may follow.
            case Z_STREAM_END where stream.avail_in > 0: inflateReset(&stream)
            case Z_STREAM_END: return result
            default:
                throw WireFormatError(
                    .malformed, .byte(block.count - Int(stream.avail_in)), "no gzip, damaged or cut off")
            }
        }
    }
}
