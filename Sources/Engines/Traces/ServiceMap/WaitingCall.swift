import SignalModel

/// A call whose caller is not in the block that it is in: late spans, or parts that are not merged yet.
struct WaitingCall: Sendable, Hashable {
    /// None where it is hidden from who asks.
    var trace: TraceID
    /// The id of the caller's span.
    var caller: UInt64
    var server: Int32
    /// Consumes a message.
    var isMessage: Bool
    var isError: Bool
    /// Only the client's side of a shared id will do.
    var wantsClient: Bool
    var duration: Int64
    var weight: Double
}

/// The calls that wait, up to a bound.
struct WaitingCalls: Sendable {
    /// Of more the callers are not looked for.
    static let countMax = 200_000

    /// Each with the part whose spans are known not to have its caller.
    private(set) var list: [(call: WaitingCall, part: UInt64?)] = []
    var isTruncated = false

    mutating func append(_ call: WaitingCall, part: UInt64? = nil) {
        guard list.count < Self.countMax else {
            isTruncated = true
            return
        }
        list.append((call, part))
    }
}
