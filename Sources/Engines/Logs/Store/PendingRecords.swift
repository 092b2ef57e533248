internal import Basics
internal import SignalModel

/// The records that are in no part yet.
struct PendingRecords: Sendable {
    struct Entry: Sendable {
        var batch: PendingBatch
        var dead: RowBitmap?
    }

    private(set) var entries: [Entry] = []
    /// Batches before these have gone to parts.
    private(set) var firstNumber = 0
    private(set) var bytesCount = 0
    private(set) var recordCount = 0
    /// The last document of the queue that was appended.
    var ordinal: UInt64 = 0
    /// When records were first seen waiting.
    var since: Timestamp?
    /// How many batches there were when that was last seen to change, and when.
    var resting: (batches: Int, since: Timestamp)?
    var identities: [IdentityKey: RecordPlace] = [:]

    var sources: [LogSnapshot.Source] {
        entries.map { LogSnapshot.Source(content: .pending($0.batch), dead: $0.dead) }
    }

    /// The number of the batch.
    mutating func append(_ batch: PendingBatch) -> Int {
        entries.append(Entry(batch: batch))
        bytesCount += batch.batch.bytesCount
        recordCount += batch.order.count
        return firstNumber + entries.count - 1
    }

    mutating func kill(batch: Int, row: Int) {
        let entry = batch - firstNumber
        var dead = entries[entry].dead ?? RowBitmap(rowCount: entries[entry].batch.order.count)
        if !dead[row] { recordCount -= 1 }
        dead.insert(row)
        entries[entry].dead = dead
    }

    /// They are in parts now.
    mutating func removeFirst(_ count: Int) {
        for entry in entries.prefix(count) {
            bytesCount -= entry.batch.batch.bytesCount
            recordCount -= entry.batch.order.count - (entry.dead?.count ?? 0)
        }
        entries.removeFirst(count)
        firstNumber += count
        since = nil
        resting = nil
        let first = firstNumber
        identities = identities.filter {
            guard case .pending(let batch, _) = $0.value else { return false }
            return batch >= first
        }
    }
}
