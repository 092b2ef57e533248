import Basics
import SignalModel

/// Records of type 4 (tsdb/record/record.go, `Exemplars`).
extension LogRecord {
    struct ExemplarEntry {
        var ref: UInt64
        var exemplar: Exemplar
    }

    /// What one takes at most beside its labels: two distances, the value, the number of labels.
    static let exemplarBytesMax = 10 + 10 + 8 + 10

    static func exemplars(_ list: [ExemplarEntry]) -> [UInt8] {
        var bytes: [UInt8] = [LogFormat.Record.exemplars.rawValue]
        guard let first = list.first else { return bytes }
        let baseTime = first.exemplar.timestamp.milliseconds
        appendBigEndian(first.ref, to: &bytes)
        appendBigEndian(UInt64(bitPattern: baseTime), to: &bytes)
        for entry in list {
            Varint.append(Varint.zigZag(Int64(bitPattern: entry.ref &- first.ref)), to: &bytes)
            Varint.append(Varint.zigZag(entry.exemplar.timestamp.milliseconds &- baseTime), to: &bytes)
            appendBigEndian(entry.exemplar.value.bitPattern, to: &bytes)
            Varint.append(UInt64(entry.exemplar.labels.count), to: &bytes)
            bytes += entry.exemplar.labels.packed
        }
        return bytes
    }

    /// Nil when the record's content is not what its type says.
    static func exemplars(_ record: UnsafeRawBufferPointer) -> [ExemplarEntry]? {
        // Prometheus writes no empty one, and reads it as one.
        if record.count == 1 { return [] }
        guard record.count >= SampleEncoder.headBytes else { return nil }
        let baseRef = loadBigEndian(record, 1)
        let baseTime = Int64(bitPattern: loadBigEndian(record, 9))
        var cursor = SampleEncoder.headBytes
        var entries: [ExemplarEntry] = []
        while cursor < record.count {
            guard let ref = Varint.read(record, at: &cursor), let time = Varint.read(record, at: &cursor),
                cursor + 8 <= record.count
            else { return nil }
            let bits = loadBigEndian(record, cursor)
            cursor += 8
            guard let labels = labels(record, &cursor) else { return nil }
            entries.append(
                ExemplarEntry(
                    ref: baseRef &+ UInt64(bitPattern: Varint.unZigZag(ref)),
                    exemplar: Exemplar(
                        labels: labels, value: Double(bitPattern: bits),
                        timestamp: Timestamp(milliseconds: baseTime &+ Varint.unZigZag(time)))))
        }
        return entries
    }

    /// A number of labels and them; another writer may have them in any order.
    private static func labels(_ record: UnsafeRawBufferPointer, _ cursor: inout Int) -> Labels? {
        guard let count = Varint.read(record, at: &cursor), count <= UInt64(record.count) else { return nil }
        let start = cursor
        for _ in 0..<count {
            guard PackedLabels.next(record, at: &cursor) != nil else { return nil }
        }
        guard cursor - start <= labelsBytesMax else { return nil }
        return Labels(Labels(packed: Array(record[start..<cursor])).pairs)
    }
}
