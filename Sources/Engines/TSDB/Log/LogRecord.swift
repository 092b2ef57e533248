import Basics
import CSnappy
import SignalModel

/// The records of the log, byte for byte as Prometheus writes them (tsdb/record/record.go).
enum LogRecord {
    struct Encoded: Sendable {
        var bytes: [UInt8]
        var isCompressed: Bool
    }

    /// Series with their labels, for refs that samples use from here on.
    static func series(_ list: [CommitTicket.NewSeries]) -> [UInt8] {
        var bytes: [UInt8] = [LogFormat.Record.series.rawValue]
        bytes.reserveCapacity(1 + list.reduce(0) { $0 + $1.labels.count + 10 })
        for series in list { appendSeries(ref: series.ref, labels: series.labels, to: &bytes) }
        return bytes
    }

    static func appendSeries(ref: UInt64, labels: [UInt8], to bytes: inout [UInt8]) {
        appendBigEndian(ref, to: &bytes)
        Varint.append(UInt64(Labels(packed: labels).count), to: &bytes)
        // Length and bytes of each name and value: `Labels.packed` is the log's own layout.
        bytes.append(contentsOf: labels)
    }

    /// The floats of a batch that were admitted, in its order.
    static func samples(_ ticket: CommitTicket) -> [UInt8] {
        let batch = ticket.batch
        let room = SampleEncoder.headBytes + ticket.admittedSamples * SampleEncoder.sampleBytesMax
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            var encoder = SampleEncoder(start)
            for (number, entry) in batch.entries.enumerated() {
                let ref = ticket.refs[number]
                for place in entry.samplesStart..<entry.samplesStart + entry.samplesCount {
                    if !ticket.isSkipped.isEmpty, ticket.isSkipped[place] { continue }
                    let sample = batch.samples[place]
                    if HistogramBox.isBox(sample.value) { continue }
                    encoder.append(ref, sample.timestamp.milliseconds, sample.value.bitPattern)
                }
            }
            count = encoder.count
        }
    }

    static func compressed(_ bytes: [UInt8]) -> Encoded {
        let room = snappy_max_compressed_length(bytes.count)
        var packedCount = room
        let packed = [UInt8](unsafeUninitializedCapacity: room) { target, count in
            bytes.withUnsafeBytes { source in
                let from = source.assumingMemoryBound(to: CChar.self).baseAddress
                target.withMemoryRebound(to: CChar.self) { to in
                    if snappy_compress(from, bytes.count, to.baseAddress, &packedCount) == SNAPPY_OK {
                        count = packedCount
                    }
                }
            }
        }
        // Random values do not shrink; then the reader need not unpack either.
        guard !packed.isEmpty, packed.count < bytes.count else { return Encoded(bytes: bytes, isCompressed: false) }
        return Encoded(bytes: packed, isCompressed: true)
    }

    static func appendBigEndian(_ value: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
