import Basics
import SignalModel
import Synchronization
import WireFormats

@testable import Backends

/// A backend that answers what it is told to, in order, and then always the same.
final class ScriptedBackend: RemoteTransport {
    enum Turn: Sendable {
        case answer(Int, retryAfter: String? = nil, body: String = "")
        case failure(RemoteFailure)
        /// Until the task is cancelled.
        case silence
    }

    private struct State {
        var turns: [Turn]
        var requests: [RemoteRequest] = []
    }

    private let afterwards: Turn
    private let state: Mutex<State>

    init(_ turns: [Turn] = [], then afterwards: Turn = .answer(204)) {
        self.afterwards = afterwards
        state = Mutex(State(turns: turns))
    }

    var requests: [RemoteRequest] { state.withLock { $0.requests } }

    func send(_ request: RemoteRequest) async throws -> RemoteAnswer {
        let turn = state.withLock { state in
            state.requests.append(request)
            return state.turns.isEmpty ? afterwards : state.turns.removeFirst()
        }
        switch turn {
        case .answer(let status, let retryAfter, let body):
            return RemoteAnswer(status: status, retryAfter: retryAfter, body: Array(body.utf8))
        case .failure(let failure): throw failure
        case .silence:
            let (silence, _) = AsyncStream<Void>.makeStream()
            for await _ in silence {}
            throw CancellationError()
        }
    }

    /// The values of all samples in each write, in the order they were sent.
    func writtenValues() throws -> [[Double]] {
        try requests.compactMap { request in
            guard case .remoteWrite(let block) = request.body else { return nil }
            return try Self.values(block)
        }
    }

    static func values(_ block: [UInt8]) throws -> [Double] {
        let message = try Snappy.decompress(block, bytesMax: 1 << 24)
        var batch = SampleBatch()
        var decoder = RemoteWriteDecoder()
        _ = try message.withUnsafeBytes { try decoder.decode($0, into: &batch) }
        return batch.samples.map(\.value)
    }
}

extension SampleBatch {
    /// One series of this name with one sample of this value, its time the value's seconds.
    static func one(_ value: Double, name: String = "x") -> SampleBatch {
        var batch = SampleBatch()
        batch.beginSeries(Labels([(name: Labels.metricName, value: name)]))
        batch.append(Sample(timestamp: Timestamp(seconds: value), value: value))
        return batch
    }
}
