package import Basics
import HTTPTypes
package import Hummingbird
package import NIOCore
package import Pipeline
import SignalModel
import Synchronization
import WireFormats

/// The one way from a dialect of logs to the queue, or to the topic that is in its place: bounds what is under way,
/// appends, counts.
package final class LogIntake: Sendable {
    package struct Limits: Sendable {
        /// Of one request, compressed or not; beyond it 413.
        package var bodyBytesMax = 100 << 20
        /// One document of more is refused by itself.
        package var documentBytesMax = 10 << 20
        /// Bodies being read and decoded at a time; beyond it 429.
        package var underWayBytesMax = 512 << 20

        package init() {}
    }

    package struct Statistics: Sendable {
        package var documents: [String: Int] = [:]
        package var refusedDocuments: [String: Int] = [:]
        package var bytes: [String: Int] = [:]
        package var refusedRequests = 0
    }

    package let queue: DocumentQueue
    /// Where documents go instead of the queue, which has them once they are read from there.
    private let topic: (any DocumentTarget)?
    package let limits: Limits
    let threads: BlockingThreads
    let clock: any WallClock
    private let underWayBytes = Mutex(0)
    private let counts = Mutex(Statistics())
    /// What a body of unknown length is taken for.
    private static let unknownBodyBytes = 1 << 20

    package init(
        queue: DocumentQueue, topic: (any DocumentTarget)? = nil, limits: Limits = Limits(), threads: BlockingThreads,
        clock: any WallClock
    ) {
        self.queue = queue
        self.topic = topic
        self.limits = limits
        self.threads = threads
        self.clock = clock
    }

    package var statistics: Statistics { counts.withLock { $0 } }

    /// Whether documents come to the queue by a topic, where others may write the same ones.
    var isShared: Bool { topic != nil }

    /// Reads a body, as far as room for it is, and hands it to `body` on a thread that may compute.
    func withBody<Value: Sendable>(
        of request: Request, _ body: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Value
    ) async throws -> Value {
        try await withBody(of: request, body) { $0 }
    }

    /// The same for what is worked on with after it was read: its room is kept until `then` ends.
    func withBody<Value: Sendable, Answer>(
        of request: Request, _ body: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Value,
        then: (Value) async throws -> Answer
    ) async throws -> Answer {
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limits.bodyBytesMax {
            throw APIError(.tooLarge, "a body of \(announced) bytes, more than \(limits.bodyBytesMax)")
        }
        let encoding = (request.headers[.contentEncoding] ?? "identity").lowercased()
        guard ["identity", "gzip", ""].contains(encoding) else {
            throw APIError(.badData, "Content-Encoding \(quoted(encoding)) is not supported: gzip is")
        }
        let target: any DocumentTarget = topic ?? queue
        guard target.hasRoom(for: announced ?? 0) else { throw refusal("the queue has no room") }
        // Text of logs grows by gzip's inverse about eight times.
        let reserved = (announced ?? Self.unknownBodyBytes) * (encoding == "gzip" ? 8 : 1)
        return try await withRoom(for: reserved) {
            let buffer = try await request.body.collect(upTo: limits.bodyBytesMax)
            let bytesMax = limits.bodyBytesMax
            let value = try await threads.run {
                try buffer.withUnsafeReadableBytes { raw in
                    guard encoding == "gzip" else { return try body(raw) }
                    let plain = try Gzip.decompress(raw, bytesMax: bytesMax)
                    return try plain.withUnsafeBytes { try body($0) }
                }
            }
            return try await then(value)
        }
    }

    /// Counts bytes as under way until `body` ends; refuses where there is no room for them.
    func withRoom<Answer>(for reserved: Int, _ body: () async throws -> Answer) async throws -> Answer {
        let isLetIn = underWayBytes.withLock { bytes in
            guard bytes == 0 || bytes + reserved <= limits.underWayBytesMax else { return false }
            bytes += reserved
            return true
        }
        guard isLetIn else { throw refusal("too much is under way") }
        defer { underWayBytes.withLock { $0 -= reserved } }
        return try await body()
    }

    /// Returns where the documents are once they are durable. A condition is one of the queue: it wants no topic.
    func store(
        _ batch: DocumentBatch, dialect: String, refused: Int = 0, unless condition: DocumentQueue.Condition? = nil
    ) async throws -> DocumentPlaces {
        do throws(DocumentQueueError) {
            let places = try await append(batch, condition)
            if refused > 0 { counts.withLock { $0.refusedDocuments[dialect, default: 0] += refused } }
            counts.withLock { counts in
                counts.documents[dialect, default: 0] += batch.count
                counts.bytes[dialect, default: 0] += batch.bytes.count
            }
            return places
        } catch {
            // What somebody else changed is read again by whoever asks.
            if error.code == .changed { throw error }
            counts.withLock { counts in
                counts.refusedRequests += 1
                if refused > 0 { counts.refusedDocuments[dialect, default: 0] += refused }
            }
            throw APIError(error)
        }
    }

    private func append(
        _ batch: DocumentBatch, _ condition: DocumentQueue.Condition?
    ) async throws(DocumentQueueError) -> DocumentPlaces {
        let receivedAt = clock.now().milliseconds * 1_000_000
        guard let topic, condition == nil else {
            return .queue(try await queue.append(batch, receivedAt: receivedAt, unless: condition))
        }
        return try await withCheckedContinuation { continuation in
            topic.append(batch, receivedAt: receivedAt) { continuation.resume(returning: $0) }
        }.get()
    }

    private func refusal(_ reason: String) -> APIError {
        counts.withLock { $0.refusedRequests += 1 }
        return APIError(.throttled, reason, retryAfterSeconds: 2)
    }
}

extension APIError {
    init(_ error: DocumentQueueError) {
        switch error.code {
        case .full: self.init(.throttled, error.message, retryAfterSeconds: 2)
        case .tooLarge: self.init(.tooLarge, error.message)
        case .unavailable: self.init(.unavailable, error.message, retryAfterSeconds: 5)
        case .changed: self.init(.conflict, error.message)
        case .damaged: self.init(.internal, error.message)
        }
    }
}
