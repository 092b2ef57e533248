internal import CZlib

/// Compressed bytes that come in parts: gzip (RFC 1952) or zlib (RFC 1950), found out by how they begin.
package final class Inflater {
    private static let stepBytes = 64 << 10

    /// zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>
    private var step = [UInt8](repeating: 0, count: stepBytes)
    /// Nothing is missing so far.
    package private(set) var isAtEnd = false

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let started = signalbox_inflate_start(stream)
        precondition(started == Z_OK, "zlib refuses fixed, valid parameters")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Whether bytes begin as what this can read does.
    package static func isCompressed(_ first: UInt8, _ second: UInt8) -> Bool {
        first == 0x1f && second == 0x8b || first == 0x78 && (Int(first) << 8 | Int(second)).isMultiple(of: 31)
    }

    /// Calls `body` with what the bytes come to, part by part. Throws where they are damaged.
    package func inflate(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(WireFormatError) {
        guard !bytes.isEmpty else { return }
        // zlib reads the input only, despite its mutable pointer type.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(clamping: bytes.count)
        while true {
            if isAtEnd {
                guard stream.pointee.avail_in > 0 else { return }
                // Another member may follow.
                inflateReset(stream)
                isAtEnd = false
            }
            let (status, count) = step.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                return (CZlib.inflate(stream, Z_NO_FLUSH), output.count - Int(stream.pointee.avail_out))
            }
            if count > 0 { step.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) } }
            switch status {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK where stream.pointee.avail_in > 0 || count == Self.stepBytes: continue
            case Z_OK, Z_BUF_ERROR: return
            default:
                throw WireFormatError(
                    .malformed, .byte(bytes.count - Int(stream.pointee.avail_in)),
                    "no gzip or zlib, damaged or cut off")
            }
        }
    }
}
