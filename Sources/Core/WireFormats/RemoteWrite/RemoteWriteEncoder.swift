import Basics
package import SignalModel

/// Writes remote-write 1.0 requests: for benchmarks, tests, and whoever forwards samples. Histograms go with their
/// counts as floats.
package enum RemoteWriteEncoder {
    /// The protobuf message, not yet compressed.
    package static func encode(_ batch: SampleBatch, metadata: [MetricMetadata] = []) -> [UInt8] {
        var request = ProtobufWriter()
        var part = ProtobufWriter()
        write(batch, batch.entries.indices, to: &request, &part)
        for record in metadata { request.message(3, message(record, &part)) }
        return request.bytes
    }

    /// The message of some of the series only. Messages put one after another are one message with all their series.
    package static func encode(_ batch: SampleBatch, entries: Range<Int>) -> [UInt8] {
        var request = ProtobufWriter()
        var part = ProtobufWriter()
        write(batch, entries, to: &request, &part)
        return request.bytes
    }

    private static func write(
        _ batch: SampleBatch, _ entries: Range<Int>, to request: inout ProtobufWriter, _ part: inout ProtobufWriter
    ) {
        var series = ProtobufWriter()
        // In the order of their entries.
        var exemplar = batch.exemplars.firstIndex { $0.entry >= entries.lowerBound } ?? batch.exemplars.endIndex
        for place in entries {
            let entry = batch.entries[place]
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
            // Fields in the order of their numbers: samples, exemplars, histograms.
            let samples = batch.samples[entry.samplesStart..<entry.samplesStart + entry.samplesCount]
            for sample in samples where !HistogramBox.isBox(sample.value) {
                part.removeAll()
                if sample.value.bitPattern != 0 { part.fixed64(1, sample.value.bitPattern) }
                if sample.timestamp.milliseconds != 0 {
                    part.varint(2, UInt64(bitPattern: sample.timestamp.milliseconds))
                }
                series.message(2, part)
            }
            while exemplar < batch.exemplars.endIndex, batch.exemplars[exemplar].entry == place {
                series.message(3, message(batch.exemplar(exemplar)))
                exemplar += 1
            }
            if !batch.histograms.isEmpty {
                for sample in samples where HistogramBox.isBox(sample.value) {
                    part.removeAll()
                    part.histogram(
                        batch.histograms[HistogramBox.place(sample.value)], at: sample.timestamp.milliseconds)
                    series.message(4, part)
                }
            }
            request.message(1, series)
        }
    }

    private static func message(_ exemplar: Exemplar) -> ProtobufWriter {
        var message = ProtobufWriter()
        for (name, value) in exemplar.labels.pairs {
            var label = ProtobufWriter()
            label.text(1, name)
            label.text(2, value)
            message.message(1, label)
        }
        if exemplar.value.bitPattern != 0 { message.fixed64(2, exemplar.value.bitPattern) }
        message.varint(3, UInt64(bitPattern: exemplar.timestamp.milliseconds))
        return message
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
