import Pipeline
import SignalModel
import Synchronization

/// Has a text a document, and what it had before it was last told to put it on disk.
final class ReplayedSink: LogSink, ReplaySink {
    struct State {
        var texts: [UInt64: String] = [:]
        var durableTexts: [UInt64: String] = [:]
        var appended: UInt64 = 0
        var durable: UInt64 = 0
        var failures = 0
        var first: UInt64? = 1
        var flushes = 0
    }

    struct Refused: Error {}

    let state = Mutex(State())

    private static func texts(_ batch: LogBatch) -> [UInt64: String] {
        var found: [UInt64: String] = [:]
        for record in batch.records {
            found[record.sequence] = batch.fields[Int(record.fields.lowerBound)..<Int(record.fields.upperBound)]
                .map { String(decoding: batch.bytes[$0.bytesRange], as: UTF8.self) }.joined(separator: ",")
        }
        return found
    }

    func append(_ batch: LogBatch, through ordinal: UInt64) {
        state.withLock { state in
            state.texts.merge(Self.texts(batch)) { $1 }
            state.appended = ordinal
        }
    }

    var durableOrdinal: UInt64 { state.withLock { $0.durable } }
    var replaceableOrdinal: UInt64? { state.withLock { $0.first } }

    func replace(_ documents: Set<UInt64>, with batch: LogBatch) throws -> ReplayCounts {
        try state.withLock { state in
            guard state.failures == 0 else {
                state.failures -= 1
                throw Refused()
            }
            var counts = ReplayCounts()
            let new = Self.texts(batch)
            for document in documents {
                let old = state.texts[document]
                state.texts[document] = new[document]
                switch (old, new[document]) {
                case (nil, nil): break
                case (nil, _): counts.added += 1
                case (_, nil): counts.removed += 1
                default: counts.replaced += 1
                }
            }
            return counts
        }
    }

    func flush() {
        state.withLock { state in
            state.durableTexts = state.texts
            state.durable = state.appended
            state.flushes += 1
        }
    }

    func crash() {
        state.withLock { state in
            state.texts = state.durableTexts
            state.appended = state.durable
        }
    }

    var texts: [UInt64: String] { state.withLock { $0.texts } }
}
