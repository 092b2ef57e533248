internal import SignalModel
internal import Synchronization

/// A batch that is not in a part yet. Its block is made when a query first looks at it.
final class PendingBatch: Sendable {
    let batch: LogBatch
    /// The records in the order of the block's rows.
    let order: [UInt32]
    let times: ClosedRange<Int64>
    private let made: Mutex<LogBlock?> = Mutex(nil)

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
            append(to: &builder, without: nil)
            let block = LogBlock(builder.finish())
            made = block
            return block
        }
    }

    private func append(to builder: inout BlockBuilder, without dead: RowBitmap?) {
        let records = batch.records
        let names = batch.names
        var known = BlockBuilder.Names(count: names.count)
        batch.fields.withUnsafeBufferPointer { fields in
            batch.bytes.withUnsafeBytes { bytes in
                for (row, place) in order.enumerated() where dead.map({ !$0[row] }) ?? true {
                    let record = records[Int(place)]
                    var index = names[Int(record.index)]
                    index.withUTF8 {
                        builder.append(
                            record, fields: fields, bytes: bytes, names: names, index: UnsafeRawBufferPointer($0),
                            known: &known)
                    }
                }
            }
        }
    }
}
