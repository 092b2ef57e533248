internal import SignalModel
internal import Synchronization

/// A batch that is not in a part yet. Its block is made when a query first looks at it.
final class PendingBatch: Sendable {
    let batch: LogBatch
    /// The records in the order of the block's rows.
    let order: [UInt32]
    let times: ClosedRange<Int64>
    private let made: Mutex<LogBlock?> = Mutex(nil)
    /// The groups of its records, sorted, once somebody has asked for one.
    let groups: Mutex<[UInt64]?> = Mutex(nil)

    /// Of a batch that is not empty.
    init(_ batch: LogBatch) {
        self.batch = batch
        order = batch.order
        let records = batch.records
        times =
            records[Int(order[0])].timestampNanoseconds...records[Int(order[order.count - 1])].timestampNanoseconds
    }

    var block: LogBlock {
        made.withLock { made in
            if let made { return made }
            var builder = BlockBuilder()
            append(to: &builder)
            let block = LogBlock(builder.finish())
            made = block
            return block
        }
    }

    /// Of each record its row.
    var rows: [Int] {
        var rows = [Int](repeating: 0, count: order.count)
        for (row, record) in order.enumerated() { rows[Int(record)] = row }
        return rows
    }

    func sequence(_ row: Int) -> UInt64 { batch.records[Int(order[row])].sequence }

    /// Nil for a record without an identity.
    func key(_ row: Int) -> IdentityKey? {
        let record = batch.records[Int(order[row])]
        return record.identity.isEmpty ? nil : IdentityKey(record, of: batch)
    }

    private func append(to builder: inout BlockBuilder) {
        let reader = BatchReader(batch)
        var known = reader.names
        for record in order { reader.append(Int(record), to: &builder, known: &known) }
    }
}

/// Hands records of a batch to a builder.
struct BatchReader {
    private let batch: LogBatch
    private let batchNames: [String]
    private let records: [LogBatch.Record]
    private let fields: [LogBatch.Field]
    private let bytes: [UInt8]

    init(_ batch: LogBatch) {
        self.batch = batch
        (batchNames, records, fields, bytes) = (batch.names, batch.records, batch.fields, batch.bytes)
    }

    /// What a builder learns of its names, for one block.
    var names: BlockBuilder.Names { BlockBuilder.Names(count: batchNames.count) }

    func append(_ record: Int, to builder: inout BlockBuilder, known: inout BlockBuilder.Names) {
        let record = records[record]
        var index = batchNames[Int(record.index)]
        fields.withUnsafeBufferPointer { fields in
            bytes.withUnsafeBytes { bytes in
                index.withUTF8 {
                    builder.append(
                        record, fields: fields, bytes: bytes, names: batchNames,
                        index: UnsafeRawBufferPointer($0), known: &known)
                }
            }
        }
    }
}
