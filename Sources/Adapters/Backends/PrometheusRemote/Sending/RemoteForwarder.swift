package import Basics
package import Logging
import NIOPosix
import Synchronization
import WireFormats

/// Sends what the queue holds, in order, one request at a time, until the backend has it.
package final class RemoteForwarder: Sendable {
    package struct Statistics: Sendable {
        package var samplesSent = 0
        /// Refused by the backend for good.
        package var samplesFailed = 0
        /// Sent once more; one sample may count many times.
        package var samplesRetried = 0
        /// Of everything sent.
        package var newestSent: Timestamp?
        /// Whether the last attempt failed.
        package var isFailing = false
    }

    /// What is waiting goes together in one request, up to this.
    static let samplesMax = 10_000
    /// Of packed bytes; unpacked they are some five times as many, less than any backend's limit.
    static let bytesMax = 1 << 20
    /// More of an answer is not read.
    private static let answerBytesMax = 4096
    /// Requests that the halves of one refused message may cost; what is refused beyond it is given up together.
    private static let salvageRequestsMax = 64
    /// A failure that goes on is told this often.
    private static let reportInterval = Duration.seconds(60)

    private struct Reports {
        /// Of failures, and of refused samples.
        var failure: Timestamp?
        var refusal: Timestamp?
        var refusedSinceThen = 0
    }

    private let queue: RemoteQueue
    private let transport: any RemoteTransport
    private let settings: RemoteStoreSettings
    private let clock: any WallClock
    private let randomness: any Randomness
    private let disk: NIOThreadPool
    private let logger: Logger
    private let counted = Mutex(Statistics())
    private let reports = Mutex(Reports())

    init(
        queue: RemoteQueue, transport: any RemoteTransport, settings: RemoteStoreSettings, clock: any WallClock,
        randomness: any Randomness, disk: NIOThreadPool, logger: Logger
    ) {
        self.queue = queue
        self.transport = transport
        self.settings = settings
        self.clock = clock
        self.randomness = randomness
        self.disk = disk
        self.logger = logger
    }

    package var statistics: Statistics { counted.withLock { $0 } }

    /// Until its task is cancelled. `arrivals` tells that the queue may hold something new. To be called once.
    package func run(_ arrivals: AsyncStream<Void>) async throws {
        var backoff = SendingBackoff()
        var arrivals = arrivals.makeAsyncIterator()
        while true {
            try Task.checkCancellation()
            do {
                let queue = queue
                let batch = try await disk.runIfActive {
                    try queue.next(samplesMax: Self.samplesMax, bytesMax: Self.bytesMax)
                }
                guard let batch else {
                    guard await arrivals.next() != nil else { return }
                    continue
                }
                try await deliver(batch, &backoff)
            } catch let error where !(error is CancellationError) {
                // The disk: nothing is lost, and nothing goes on without it.
                tellFailure("\(error)")
                try await clock.sleep(until: clock.now() + backoff.wait(asked: nil, randomness))
            }
        }
    }

    private func deliver(_ batch: RemoteQueue.Batch, _ backoff: inout SendingBackoff) async throws {
        guard let end = batch.ends.last else { return }
        guard case .refused(let reason) = try await settle(batch.records, &backoff) else {
            return await acknowledge(end)
        }
        if batch.records.count == 1 {
            try await salvage(batch.records[0], reason, &backoff)
            return await acknowledge(end)
        }
        // One bad message must not cost its neighbours: each goes by itself.
        for (record, end) in zip(batch.records, batch.ends) {
            if case .refused(let reason) = try await settle([record], &backoff) {
                try await salvage(record, reason, &backoff)
            }
            await acknowledge(end)
        }
    }

    /// Sends a refused message by halves, and theirs, so that one bad series costs no more than itself: some backends
    /// refuse a whole request for it.
    private func salvage(_ record: QueueRecord, _ reason: String, _ backoff: inout SendingBackoff) async throws {
        guard let message = try? Snappy.decompress(record.payload, bytesMax: QueueFormat.payloadBytesMax),
            let parts = try? RemoteWriteParts(message)
        else { return giveUp(record.samples, reason) }
        var requestsLeft = Self.salvageRequestsMax
        try await salvage(parts, 0..<parts.count, record.newest, reason, &requestsLeft, &backoff)
    }

    private func salvage(
        _ parts: RemoteWriteParts, _ refused: Range<Int>, _ newest: Timestamp, _ reason: String,
        _ requestsLeft: inout Int, _ backoff: inout SendingBackoff
    ) async throws {
        guard refused.count > 1, requestsLeft >= 2 else { return giveUp(parts.samples(refused), reason) }
        requestsLeft -= 2
        let middle = refused.lowerBound + refused.count / 2
        for half in [refused.lowerBound..<middle, middle..<refused.upperBound] {
            let record = QueueRecord(
                payload: Snappy.compress(parts.bytes(half)), samples: parts.samples(half), newest: newest)
            guard case .refused(let reason) = try await settle([record], &backoff) else { continue }
            try await salvage(parts, half, newest, reason, &requestsLeft, &backoff)
        }
    }

    private func acknowledge(_ position: QueuePosition) async {
        // Only a shut-down thread refuses; what is not noted then is sent twice.
        try? await disk.runIfActive { [queue] in queue.acknowledge(position) }
    }

    /// Sends until the backend has decided.
    private func settle(_ records: [QueueRecord], _ backoff: inout SendingBackoff) async throws -> WriteVerdict {
        let samples = records.reduce(0) { $0 + $1.samples }
        let body: [UInt8]
        do { body = try Self.message(records) } catch { return .refused(reason: "\(error)") }
        while true {
            switch try await attempt(body) {
            case .accepted:
                backoff.reset()
                tellSuccess()
                counted.withLock { counted in
                    counted.samplesSent += samples
                    for record in records {
                        counted.newestSent = max(counted.newestSent ?? record.newest, record.newest)
                    }
                }
                return .accepted
            case .refused(let reason):
                backoff.reset()
                tellSuccess()
                return .refused(reason: reason)
            case .retry(let reason, let after):
                tellFailure(reason)
                try await clock.sleep(until: clock.now() + backoff.wait(asked: after, randomness))
                counted.withLock { $0.samplesRetried += samples }
            }
        }
    }

    private func attempt(_ body: [UInt8]) async throws -> WriteVerdict {
        do {
            let answer = try await transport.send(
                RemoteRequest(
                    url: settings.writeURL, body: .remoteWrite(body), timeout: settings.timeout,
                    answerBytesMax: Self.answerBytesMax, cutsAnswer: true))
            return WriteVerdict(answer, now: clock.now())
        } catch let failure as RemoteFailure {
            return .retry(reason: failure.description, after: nil)
        }
    }

    /// Messages one after another are one message.
    private static func message(_ records: [QueueRecord]) throws(WireFormatError) -> [UInt8] {
        if records.count == 1 { return records[0].payload }
        var bytes: [UInt8] = []
        for record in records {
            bytes += try Snappy.decompress(record.payload, bytesMax: QueueFormat.payloadBytesMax)
        }
        return Snappy.compress(bytes)
    }

    // MARK: Telling

    private func giveUp(_ refused: Int, _ reason: String) {
        counted.withLock { $0.samplesFailed += refused }
        let now = clock.now()
        let samples = reports.withLock { reports -> Int? in
            reports.refusedSinceThen += refused
            if let last = reports.refusal, now - last < Self.reportInterval { return nil }
            defer { reports.refusedSinceThen = 0 }
            reports.refusal = now
            return reports.refusedSinceThen
        }
        guard let samples else { return }
        logger.error(
            "the backend of metrics.remote refused samples for good",
            metadata: ["samples": "\(samples)", "reason": "\(reason)"])
    }

    private func tellFailure(_ reason: String) {
        counted.withLock { $0.isFailing = true }
        let now = clock.now()
        let isDue = reports.withLock { reports in
            if let last = reports.failure, now - last < Self.reportInterval { return false }
            reports.failure = now
            return true
        }
        if !isDue { return }
        logger.error(
            "samples wait for the backend of metrics.remote",
            metadata: [
                "url": "\(RemoteStoreSettings.place(settings.writeURL))", "reason": "\(reason)",
                "queue_bytes": "\(queue.statistics.bytes)",
            ])
    }

    private func tellSuccess() {
        let wasFailing = counted.withLock { counted in
            defer { counted.isFailing = false }
            return counted.isFailing
        }
        if !wasFailing { return }
        reports.withLock { $0.failure = nil }
        logger.notice("the backend of metrics.remote takes samples again")
    }
}
