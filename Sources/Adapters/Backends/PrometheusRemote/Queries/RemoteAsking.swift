import Basics
import NIOCore
import NIOPosix
import PromQL
import SignalModel
import Synchronization
import WireFormats

/// Asks the backend's HTTP API and turns what it refuses into our errors, with its own words.
final class RemoteAsking: Sendable {
    /// A larger answer is refused: it would be held in memory several times.
    private static let answerBytesMax = 128 << 20
    /// How soon a query ends whose asker has gone.
    private static let watchInterval = Duration.milliseconds(100)

    struct Answer<Value: Sendable>: Sendable {
        var value: Value
        var warnings: [String]
        var infos: [String]
    }

    private let transport: any RemoteTransport
    private let settings: RemoteStoreSettings
    private let clock: any WallClock
    private let isEnded = Atomic(false)

    init(transport: any RemoteTransport, settings: RemoteStoreSettings, clock: any WallClock) {
        self.transport = transport
        self.settings = settings
        self.clock = clock
    }

    /// Ends what is under way.
    func end() { isEnded.store(true, ordering: .relaxed) }

    /// Waits for an answer on the thread of the caller, which must be one that may block.
    func wait<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        try NIOSingletons.posixEventLoopGroup.any().makeFutureWithTask(body).wait()
    }

    /// The answer to `path` below `/api/v1/`. Without `isForm` it is a GET. Without `timeout` it is that of the
    /// settings.
    func ask<Value: Sendable>(
        _ path: String, _ pairs: [RemoteRequest.Pair], isForm: Bool = true, timeout: Duration? = nil,
        cancellation: (any QueryCancellation)? = nil,
        _ decode: @escaping @Sendable (inout JSONScanner) throws(WireFormatError) -> Value
    ) async throws -> Answer<Value> {
        cancellation?.note(samplesHeld: 0, samplesRead: 0)
        var url = "\(settings.queryURL)/api/v1/\(path)"
        if !isForm, !pairs.isEmpty { url += "?" + RemoteRequest.query(pairs) }
        let request = RemoteRequest(
            url: url, body: isForm ? .form(pairs) : .none, timeout: timeout ?? settings.timeout,
            answerBytesMax: Self.answerBytesMax)
        let answer: RemoteAnswer
        do { answer = try await watched(cancellation) { [transport] in try await transport.send(request) } } catch let
            failure as RemoteFailure
        {
            switch failure.code {
            case .unreachable: throw unavailable(failure.description)
            case .timeout: throw QueryError(.timeout, "the backend of metrics.remote: \(failure)")
            case .tooLarge: throw SampleStoreError(.limit, "the backend of metrics.remote: \(failure)")
            }
        }
        return try read(answer, RemoteStoreSettings.place(url), decode)
    }

    private func unavailable(_ reason: String) -> SampleStoreError {
        SampleStoreError(.unavailable, "the backend of metrics.remote: \(reason)")
    }

    private func watched(
        _ cancellation: (any QueryCancellation)?, _ work: @escaping @Sendable () async throws -> RemoteAnswer
    ) async throws -> RemoteAnswer {
        try await withThrowingTaskGroup(of: RemoteAnswer?.self) { group in
            group.addTask { try await work() }
            group.addTask { [self] in
                while !isEnded.load(ordering: .relaxed), cancellation?.isCancelled != true {
                    try await clock.sleep(until: clock.now() + Self.watchInterval)
                }
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else {
                throw QueryError(.canceled, "query was canceled in expression evaluation")
            }
            return answer
        }
    }

    private func read<Value: Sendable>(
        _ answer: RemoteAnswer, _ place: String, _ decode: (inout JSONScanner) throws(WireFormatError) -> Value
    ) throws -> Answer<Value> {
        let isGood = (200..<300).contains(answer.status)
        let envelope: RemoteEnvelope<Value>
        do { envelope = try RemoteEnvelope(answer.body, decode) } catch {
            if !isGood { throw refusal(answer.status, nil, answer.words, place) }
            throw unavailable("\(place) answers what cannot be read: \(error)")
        }
        guard isGood, envelope.isSuccess else {
            throw refusal(answer.status, envelope.errorType, envelope.error, place)
        }
        guard let value = envelope.value else { throw unavailable("\(place) answers without data") }
        return Answer(value: value, warnings: envelope.warnings, infos: envelope.infos)
    }

    /// By the type that the envelope names; without a known one by the status.
    private func refusal(_ status: Int, _ type: String?, _ words: String, _ place: String) -> any Error {
        switch type {
        case "bad_data": return QueryError(.parse, words)
        case "execution": return QueryError(.execution, words)
        case "timeout": return QueryError(.timeout, words)
        case "canceled": return QueryError(.canceled, words)
        case "internal": return QueryError(.storage, words)
        default: break
        }
        switch status {
        case 400: return QueryError(.parse, words)
        case 422: return QueryError(.execution, words)
        default: return unavailable("\(place) answers HTTP status \(status): \(words)")
        }
    }
}
