import Basics
package import SignalModel

/// Writes remote-write 1.0 requests: for benchmarks, tests, and whoever forwards samples.
package enum RemoteWriteEncoder {
    /// The protobuf message, not yet compressed.
    package static func encode(_ batch: SampleBatch, metadata: [MetricMetadata] = []) -> [UInt8] {
        var request = ProtobufWriter()
        var series = ProtobufWriter()
        var part = ProtobufWriter()
        for entry in batch.entries {
            series.removeAll()
            batch.labelBytes.withUnsafeBytes { all in
                let packed = UnsafeRawBufferPointer(
                    rebasing: all[entry.labelsStart..<entry.labelsStart + entry.labelsCount])
                var cursor = 0
                while let label = PackedLabels.next(packed, at: &cursor) {
                    part.removeAll()
                    part.data(1, UnsafeRawBufferPointer(rebasing: packed[label.name]))
                    part.data(2, UnsafeRawBufferPointer(rebasing: packed[label.value]))
                    series.message(1, part)
                }
            }
            for sample in batch.samples[entry.samplesStart..<entry.samplesStart + entry.samplesCount] {
                part.removeAll()
                if sample.value.bitPattern != 0 { part.fixed64(1, sample.value.bitPattern) }
                if sample.timestamp.milliseconds != 0 {
                    part.varint(2, UInt64(bitPattern: sample.timestamp.milliseconds))
                }
                series.message(2, part)
            }
            request.message(1, series)
        }
        for record in metadata { request.message(3, message(record, &part)) }
        return request.bytes
    }

    private static func message(_ record: MetricMetadata, _ part: inout ProtobufWriter) -> ProtobufWriter {
        part.removeAll()
        let number = MetricType.allCases.firstIndex(of: record.type) ?? 0
        if number != 0 { part.varint(1, UInt64(number)) }
        part.text(2, record.metric)
        if !record.help.isEmpty { part.text(4, record.help) }
        if !record.unit.isEmpty { part.text(5, record.unit) }
        return part
    }
}
