package import Basics

/// How far documents of the queue are processed again, and what became of them. In a file from its begin on.
package struct ReplayProgress: Sendable, Hashable {
    package enum State: UInt64, Sendable {
        case running, done, stopped
    }

    package var state = State.running
    /// Where it began.
    package var from: UInt64
    /// The next document.
    package var next: UInt64
    /// Where it ends: what came later was processed as things are now.
    package var end: UInt64
    /// Names of indices as they were sent, with `*` and `-`; all without any.
    package var indices: [String]
    package var startedAt: Timestamp
    package var startedBy: String
    package var counts = ReplayCounts()
    /// Gone from the queue before their turn came, for want of room.
    package var passedOver: UInt64 = 0

    private static let magic = Array("SBRP".utf8) + [1]
    static let bytesMax = 1 << 20

    init(_ range: Range<UInt64>, indices: [String], startedAt: Timestamp, startedBy: String) {
        from = range.lowerBound
        next = range.lowerBound
        end = range.upperBound
        self.indices = indices
        self.startedAt = startedAt
        self.startedBy = startedBy
    }

    // MARK: Bytes

    var bytes: [UInt8] {
        var writer = CheckpointWriter(magic: Self.magic)
        for number in [
            state.rawValue, from, next, end, UInt64(bitPattern: startedAt.milliseconds), counts.documents,
            counts.replaced, counts.added, counts.removed, counts.superseded, counts.failed, passedOver,
            UInt64(indices.count),
        ] { writer.append(number) }
        for name in indices { writer.append(name) }
        writer.append(startedBy)
        return writer.finish()
    }

    init(_ bytes: [UInt8]) throws(CheckpointError) {
        var reader = try CheckpointReader(bytes, magic: Self.magic)
        guard let state = State(rawValue: try reader.number()) else { throw CheckpointError("a state that is none") }
        self.state = state
        (from, next, end) = (try reader.number(), try reader.number(), try reader.number())
        guard from <= next, next <= end else { throw CheckpointError("ordinals out of order") }
        startedAt = Timestamp(milliseconds: Int64(bitPattern: try reader.number()))
        counts.documents = try reader.number()
        counts.replaced = try reader.number()
        counts.added = try reader.number()
        counts.removed = try reader.number()
        counts.superseded = try reader.number()
        counts.failed = try reader.number()
        passedOver = try reader.number()
        indices = []
        for _ in 0..<(try reader.count()) { indices.append(try reader.text()) }
        startedBy = try reader.text()
        try reader.finish()
    }
}

/// Why nothing is processed again.
package struct ReplayError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// One is running, or none is.
        case conflict
        /// There is no such document.
        case outOfRange
    }

    package var code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
