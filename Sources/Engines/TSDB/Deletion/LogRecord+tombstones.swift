import Basics

extension LogRecord {
    struct Tombstone: Hashable {
        var ref: UInt64
        /// Inclusive.
        var range: ClosedRange<Int64>
    }

    /// Deletions of samples that stand before this record in the log.
    static func tombstones(_ list: some Sequence<Tombstone>) -> [UInt8] {
        var bytes: [UInt8] = [LogFormat.Record.tombstones.rawValue]
        for tombstone in list {
            appendBigEndian(tombstone.ref, to: &bytes)
            Varint.append(Varint.zigZag(tombstone.range.lowerBound), to: &bytes)
            Varint.append(Varint.zigZag(tombstone.range.upperBound), to: &bytes)
        }
        return bytes
    }

    /// Nil when the record does not decode.
    static func tombstones(_ record: UnsafeRawBufferPointer) -> [Tombstone]? {
        var result: [Tombstone] = []
        var cursor = 1
        while cursor < record.count {
            guard cursor + 8 <= record.count else { return nil }
            let ref = loadBigEndian(record, cursor)
            cursor += 8
            guard let from = Varint.read(record, at: &cursor).map(Varint.unZigZag),
                let through = Varint.read(record, at: &cursor).map(Varint.unZigZag), from <= through
            else { return nil }
            result.append(Tombstone(ref: ref, range: from...through))
        }
        return result
    }
}
