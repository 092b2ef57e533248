/// A sender's `_id` within its index: what a record may be only once.
struct IdentityKey: Sendable, Hashable {
    var index: String
    var identity: [UInt8]
}

/// Where a record lies.
enum RecordPlace: Sendable, Hashable {
    case pending(batch: Int, row: Int)
}
