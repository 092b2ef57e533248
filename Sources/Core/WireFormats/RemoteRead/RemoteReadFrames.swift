import Basics
package import SignalModel

/// The streamed answer to a remote read (prompb/remote.proto, `ChunkedReadResponse`): frames of a varint length, the
/// CRC-32C of the message (big endian) and the message, each of one series.
package enum RemoteReadFrames {
    package static let contentType = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"
    /// A series with more bytes of chunks is told in several frames.
    private static let chunkBytesMax = 1 << 20

    /// The frames of one series, appended.
    package static func append(
        _ labels: Labels, _ chunks: [EncodedSamples], query: Int, to frames: inout [UInt8]
    ) {
        var head = ProtobufWriter()
        var part = ProtobufWriter()
        for (name, value) in labels.pairs {
            part.removeAll()
            part.text(1, name)
            part.text(2, value)
            head.message(1, part)
        }
        var series = head
        var size = 0
        for chunk in chunks {
            if size > 0, size + chunk.bytes.count > chunkBytesMax {
                appendFrame(series, query, to: &frames)
                series = head
                size = 0
            }
            part.removeAll()
            part.varint(1, UInt64(bitPattern: chunk.minTime))
            part.varint(2, UInt64(bitPattern: chunk.maxTime))
            part.varint(3, UInt64(chunk.encoding))
            chunk.bytes.withUnsafeBytes { part.data(4, $0) }
            series.message(2, part)
            size += chunk.bytes.count
        }
        appendFrame(series, query, to: &frames)
    }

    private static func appendFrame(_ series: ProtobufWriter, _ query: Int, to frames: inout [UInt8]) {
        var message = ProtobufWriter()
        message.message(1, series)
        if query > 0 { message.varint(2, UInt64(query)) }
        Varint.append(UInt64(message.bytes.count), to: &frames)
        let checksum = message.bytes.withUnsafeBytes { CRC32C.checksum($0) }
        withUnsafeBytes(of: checksum.bigEndian) { frames.append(contentsOf: $0) }
        frames.append(contentsOf: message.bytes)
    }
}
