internal import Basics

/// What is given to a queue since a moment, by the identities of its documents: so that whoever writes what he read
/// before learns whether somebody else wrote in between.
package struct IdentityWatch: Sendable {
    let number: UInt64
    /// Batches that were given to the queue before it.
    fileprivate let batchesBefore: UInt64

    /// An index and an identity in it. Two that are taken for one cost another try, no more.
    package static func key(index: String, identity: String) -> UInt64 {
        var bytes = Array(index.utf8)
        bytes.append(0)
        bytes.append(contentsOf: identity.utf8)
        return bytes.withUnsafeBytes { XXHash64.of($0) }
    }

    static func keys(of batch: DocumentBatch) -> Set<UInt64> {
        var keys: Set<UInt64> = []
        try? batch.forEach { document in
            guard let identity = document.identity else { return }
            var bytes = Array(document.index)
            bytes.append(0)
            bytes.append(contentsOf: identity)
            keys.insert(bytes.withUnsafeBytes { XXHash64.of($0) })
        }
        return keys
    }
}

/// What the watches of a queue have seen.
struct IdentityWatches {
    private var seen: [UInt64: Set<UInt64>] = [:]
    private var nextNumber: UInt64 = 0
    private var batchesTaken: UInt64 = 0
    private var batchesDone: UInt64 = 0

    /// Each remembers all that comes while it lives.
    private static let countMax = 64

    var isEmpty: Bool { seen.isEmpty }

    mutating func begin() throws(DocumentQueueError) -> IdentityWatch {
        guard seen.count < Self.countMax else {
            throw DocumentQueueError(.full, "more than \(Self.countMax) requests with updates at the same time")
        }
        nextNumber += 1
        seen[nextNumber] = []
        return IdentityWatch(number: nextNumber, batchesBefore: batchesTaken)
    }

    mutating func end(_ watch: IdentityWatch) { seen[watch.number] = nil }

    /// Whether everything that was given to the queue before it is written, or refused.
    func isPast(_ watch: IdentityWatch) -> Bool { batchesDone >= watch.batchesBefore }

    func hasSeen(_ keys: Set<UInt64>, since watch: IdentityWatch) -> Bool {
        seen[watch.number].map { !$0.isDisjoint(with: keys) } ?? true
    }

    /// `known`: the keys of the batch, where they were looked for before; a watch may have begun since.
    mutating func took(_ batch: DocumentBatch, _ known: Set<UInt64>?) {
        batchesTaken += 1
        guard !seen.isEmpty else { return }
        let keys = known ?? IdentityWatch.keys(of: batch)
        guard !keys.isEmpty else { return }
        for number in seen.keys { seen[number]?.formUnion(keys) }
    }

    mutating func finished(_ count: Int) { batchesDone += UInt64(count) }
}

extension DocumentQueue {
    /// Begins to remember what comes. It costs time for every append until it ends.
    package func beginWatch() throws(DocumentQueueError) -> IdentityWatch {
        try state.update { state in
            Result { () throws(DocumentQueueError) in try state.watches.begin() }
        }.get()
    }

    package func endWatch(_ watch: IdentityWatch) { state.update { $0.watches.end(watch) } }

    /// Below which ordinal everything lies that was given to the queue before the watch; nil while some of it is not
    /// written yet.
    package func ordinals(before watch: IdentityWatch) -> UInt64? {
        state.read { $0.watches.isPast(watch) ? $0.nextOrdinal : nil }
    }
}
