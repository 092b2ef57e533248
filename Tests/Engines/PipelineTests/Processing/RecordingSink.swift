import Pipeline
import SignalModel
import Synchronization

/// Keeps what it is given; forgets what is not durable when told to.
final class RecordingSink: LogSink {
    struct State {
        var records: [(sequence: UInt64, text: String)] = []
        var durable: UInt64 = 0
        var appended: UInt64 = 0
        var failures = 0
    }

    struct Refused: Error {}

    let state = Mutex(State())

    func append(_ batch: LogBatch, through ordinal: UInt64) throws {
        try state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                throw Refused()
            }
            for record in batch.records {
                let texts = batch.fields[Int(record.fields.lowerBound)..<Int(record.fields.upperBound)].map { field in
                    field.kind == .string ? String(decoding: batch.bytes[field.bytesRange], as: UTF8.self) : ""
                }
                state.records.append((record.sequence, texts.joined(separator: ",")))
            }
            state.appended = ordinal
        }
    }

    var durableOrdinal: UInt64 { state.withLock { $0.durable } }

    /// Everything appended is on disk from now on.
    func flush() { state.withLock { $0.durable = $0.appended } }

    func crash() {
        state.withLock { state in
            state.records.removeAll { $0.sequence > state.durable }
            state.appended = state.durable
        }
    }

    var sequences: [UInt64] { state.withLock { $0.records.map(\.sequence) } }
    var texts: [String] { state.withLock { $0.records.map(\.text) } }
}
