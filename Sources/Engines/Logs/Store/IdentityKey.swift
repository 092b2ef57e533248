internal import Basics
internal import SignalModel

/// A sender's `_id` within its index: what a record may be only once.
struct IdentityKey: Sendable, Hashable {
    var index: String
    var identity: String

    /// As parts keep it.
    var hash: UInt64 { Self.hash(index: index, identity: identity) }

    static func hash(index: String, identity: String) -> UInt64 {
        var bytes = Array(index.utf8)
        bytes.append(0)
        bytes.append(contentsOf: identity.utf8)
        return bytes.withUnsafeBytes { XXHash64.of($0) }
    }
}

extension IdentityKey {
    /// Of a record that has one.
    init(_ record: LogBatch.Record, of batch: LogBatch) {
        let identity = batch.bytes[Int(record.identity.lowerBound)..<Int(record.identity.upperBound)]
        self.init(index: batch.names[Int(record.index)], identity: String(decoding: identity, as: UTF8.self))
    }
}

/// Where a record lies.
enum RecordPlace: Sendable, Hashable {
    case pending(batch: Int, row: Int)
    case stored(part: UInt64, block: Int, row: Int)
}
