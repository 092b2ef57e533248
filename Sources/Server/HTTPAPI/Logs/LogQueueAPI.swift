package import Basics
import HTTPTypes
package import Hummingbird
package import Identity
package import Pipeline
import PromQL
import SignalModel

/// `/ops/v1/logs/queue`: documents between senders and the store, and what of them is processed again.
package struct LogQueueAPI: Sendable {
    private let queue: DocumentQueue
    private let processing: LogProcessing
    private let replay: LogReplay
    private let audit: @Sendable (IdentityAuditEntry) async throws -> Void
    private let clock: any WallClock
    private let threads: BlockingThreads

    /// Names of indices of one request, and what each may take.
    private static let patternsMax = 100
    private static let patternBytesMax = 512

    package init(
        queue: DocumentQueue, processing: LogProcessing, replay: LogReplay,
        audit: @escaping @Sendable (IdentityAuditEntry) async throws -> Void, clock: any WallClock,
        threads: BlockingThreads
    ) {
        self.queue = queue
        self.processing = processing
        self.replay = replay
        self.audit = audit
        self.clock = clock
        self.threads = threads
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/logs/queue"
        return [
            Endpoint(.get, path, .viewOperations, "Documents that wait and that are kept, and their replay", show),
            Endpoint(
                .post, path + "/replay", .editPipelines, "Processes what is kept again; from=, indices=", begin),
            Endpoint(.post, path + "/replay/stop", .editPipelines, "Ends that; what is done stays", stop),
        ]
    }

    private func show(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        .json(state)
    }

    private func begin(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let indices = parameters.all("indices").flatMap { $0.split(separator: ",").map(String.init) }
        guard indices.count <= Self.patternsMax, indices.allSatisfy({ $0.utf8.count <= Self.patternBytesMax }) else {
            throw APIError(
                .badData,
                "indices= takes at most \(Self.patternsMax) names of \(Self.patternBytesMax) bytes")
        }
        let actor = context.principal?.auditName ?? ""
        let from = try parameters["from"].map { try Start($0, now: clock.now()) }
        try await threads.run { [self] in
            let ordinal = try from.map(ordinal)
            do { try replay.begin(from: ordinal, indices: indices, by: actor) } catch let error as ReplayError {
                throw APIError(error.code == .conflict ? .conflict : .badData, error.description)
            }
        }
        try await record(
            .logsReplayed, ["from": "\(replay.progress?.from ?? 0)", "indices": indices.joined(separator: ",")],
            context)
        return .json(state)
    }

    private func stop(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        do throws(ReplayError) { try replay.stop() } catch { throw APIError(.conflict, error.description) }
        try await record(.logsReplayStopped, [:], context)
        return .json(state)
    }

    /// Where a replay is to begin.
    private enum Start {
        case ordinal(UInt64)
        case time(Timestamp)

        init(_ text: String, now: Timestamp) throws {
            if text.hasPrefix("ordinal:"), let ordinal = UInt64(text.dropFirst(8)) {
                self = .ordinal(ordinal)
            } else if let time = RFC3339.parse(text) {
                self = .time(time)
            } else if let span = try? PromQLParser.parseDuration(text) {
                self = .time(now - span)
            } else {
                throw APIError(
                    .badData,
                    "from= must be a time as 2026-01-31T10:00:00Z, how long ago as 2h, or ordinal:NUMBER, not "
                        + quoted(text))
            }
        }
    }

    /// The document a replay begins with; of a time before all that is kept the first one. Blocks.
    private func ordinal(_ start: Start) throws -> UInt64 {
        switch start {
        case .ordinal(let ordinal): return ordinal
        case .time(let time):
            // Years away in either direction are none of nanoseconds.
            let bounds = Timestamp(milliseconds: 0)...Timestamp(milliseconds: Int64.max / 1_000_000)
            guard bounds.contains(time) else {
                throw APIError(.badData, "from= must be a time between 1970 and 2262")
            }
            let ordinal = try queue.ordinal(receivedAt: time.milliseconds * 1_000_000)
            let range = replay.range
            guard ordinal < range.upperBound || range.isEmpty else {
                throw APIError(.badData, "nothing came since \(RFC3339.format(time)) that was processed")
            }
            return max(ordinal, range.lowerBound)
        }
    }

    // MARK: Answers

    private var state: JSONWriter {
        let (waiting, kept, range) = (queue.statistics, queue.kept, replay.range)
        var json = JSONWriter()
        json.object { json in
            json.key("waiting")
            json.object { json in
                json.count(
                    "documents", waiting.ordinals.upperBound - min(waiting.ordinals.upperBound, range.upperBound))
                json.count("bytes", waiting.bytes)
                json.count("bytes_max", waiting.bytesMax)
            }
            json.key("kept")
            json.object { json in
                json.count("documents", range.count)
                json.count("bytes", kept.bytes)
                json.count("bytes_max", queue.keptBytesMax)
                if !range.isEmpty {
                    json.count("first", range.lowerBound)
                    if let time = kept.receivedAt { json.time("from", nanoseconds: time) }
                }
            }
            json.count("next", waiting.ordinals.upperBound)
            json.count("processed", processing.processedOrdinal)
            guard let progress = replay.progress else { return }
            json.key("replay")
            json.object { json in json.members(of: progress, problem: replay.problem) }
        }
        return json
    }

    private func record(
        _ action: IdentityAuditEntry.Action, _ details: [String: String], _ context: SignalboxRequestContext
    ) async throws {
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: context.principal?.auditName ?? "", action: action, subject: "logs",
                source: context.remoteAddress, details: details))
    }
}

extension JSONWriter {
    fileprivate mutating func count(_ name: String, _ number: some BinaryInteger) {
        key(name)
        integer(number)
    }

    fileprivate mutating func time(_ name: String, nanoseconds: Int64) {
        key(name)
        string(RFC3339.format(Timestamp(milliseconds: nanoseconds / 1_000_000)))
    }

    fileprivate mutating func members(of progress: ReplayProgress, problem: String?) {
        key("state")
        string("\(progress.state)")
        for (name, number) in [
            ("from", progress.from), ("next", progress.next), ("end", progress.end),
            ("documents", progress.counts.documents), ("replaced", progress.counts.replaced),
            ("added", progress.counts.added), ("removed", progress.counts.removed),
            ("superseded", progress.counts.superseded), ("dead_letters", progress.counts.failed),
            ("passed_over", progress.passedOver),
        ] { count(name, number) }
        time("started", nanoseconds: progress.startedAt.milliseconds * 1_000_000)
        key("by")
        string(progress.startedBy)
        key("indices")
        array { json in
            for name in progress.indices { json.string(name) }
        }
        if let problem {
            key("reason")
            string(problem)
        }
    }
}
