package import Basics
import HTTPTypes
package import Hummingbird
package import Identity
package import Pipeline

/// `/ops/v1/logs/dead-letters`: documents that could not be processed, to be seen, sent again or given up.
package struct DeadLetterAPI: Sendable {
    private let deadLetters: DeadLetters
    private let intake: LogIntake
    private let audit: @Sendable (IdentityAuditEntry) async throws -> Void
    private let clock: any WallClock
    private let threads: BlockingThreads

    private static let limits = 1...1000
    /// What one call replays at most; the answer says where to go on.
    private static let replayedMax = 10_000
    /// Of the documents of one call; beyond it the answer says where to go on.
    private static let callBytesMax = 32 << 20

    package init(
        deadLetters: DeadLetters, intake: LogIntake,
        audit: @escaping @Sendable (IdentityAuditEntry) async throws -> Void, clock: any WallClock,
        threads: BlockingThreads
    ) {
        self.deadLetters = deadLetters
        self.intake = intake
        self.audit = audit
        self.clock = clock
        self.threads = threads
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/logs/dead-letters"
        return [
            Endpoint(.get, path, .editPipelines, "Documents that could not be processed; from=, limit=", list),
            Endpoint(.post, path + "/replay", .editPipelines, "Processes them again; from=, to=", replay),
            Endpoint(.post, path + "/discard", .editPipelines, "Gives those below to= up, by whole files", discard),
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let limit = try parameters.integer("limit", in: Self.limits, absent: 100)
        let from = UInt64(try parameters.integer("from", in: 0...Int.max, absent: 0))
        let (found, isCut) = try await letters(from: from, limit: limit)
        var json = JSONWriter()
        json.object { json in
            json.key("letters")
            json.array { json in
                for letter in found {
                    json.object { json in
                        json.key("number")
                        json.integer(letter.number)
                        json.key("received")
                        json.string(RFC3339.format(Timestamp(milliseconds: letter.receivedAt / 1_000_000)))
                        json.key("reason")
                        json.string(letter.reason)
                        json.key("index")
                        json.string(letter.document.index)
                        if let pipeline = letter.document.pipeline {
                            json.key("pipeline")
                            json.string(pipeline)
                        }
                        if let identity = letter.document.identity {
                            json.key("id")
                            json.string(identity)
                        }
                        json.key("document")
                        json.string(String(decoding: letter.document.source, as: UTF8.self))
                    }
                }
            }
            let statistics = deadLetters.statistics
            json.key("count")
            json.integer(statistics.letters)
            json.key("bytes")
            json.integer(statistics.bytes)
            json.key("bytes_max")
            json.integer(statistics.bytesMax)
            if isCut, let last = found.last {
                json.key("next")
                json.integer(last.number + 1)
            }
        }
        return .json(json)
    }

    /// They stay where they are; what fails again becomes another letter.
    private func replay(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let from = UInt64(try parameters.integer("from", in: 0...Int.max, absent: 0))
        let to = UInt64(try parameters.integer("to", in: 0...Int.max, absent: .max))
        let (all, isCut) = try await letters(from: from, limit: Self.replayedMax)
        let found = all.filter { $0.number < to }
        var batch = DocumentBatch()
        for letter in found { batch.append(letter.document) }
        if !batch.isEmpty {
            _ = try await intake.store(batch, dialect: "replay")
            deadLetters.countReplayed(batch.count)
        }
        try await record(.deadLettersReplayed, found.count, context)
        let goesOn = isCut && found.count == all.count
        return Self.counted("replayed", found.count, next: goesOn ? found.last?.number : nil)
    }

    private func discard(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        guard parameters["to"] != nil else { throw APIError(.badData, "to= is missing: which letters are given up") }
        let to = UInt64(try parameters.integer("to", in: 0...Int.max, absent: 0))
        let before = deadLetters.statistics.letters
        try await threads.run { [deadLetters] in deadLetters.discard(below: to) }
        let count = before - min(before, deadLetters.statistics.letters)
        try await record(.deadLettersDiscarded, Int(count), context)
        return Self.counted("discarded", Int(count), next: nil)
    }

    /// `isCut`: there may be more behind the last one.
    private func letters(from number: UInt64, limit: Int) async throws -> (found: [DeadLetter], isCut: Bool) {
        try await threads.run { [deadLetters] in
            var found: [DeadLetter] = []
            var isCut = false
            var bytesLeft = Self.callBytesMax
            try deadLetters.forEach(from: number) { letter in
                found.append(letter)
                bytesLeft -= letter.document.source.count + letter.reason.utf8.count
                isCut = found.count >= limit || bytesLeft <= 0
                return !isCut
            }
            return (found, isCut)
        }
    }

    private func record(
        _ action: IdentityAuditEntry.Action, _ count: Int, _ context: SignalboxRequestContext
    ) async throws {
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: context.principal?.auditName ?? "", action: action, subject: "logs",
                source: context.remoteAddress, details: ["count": "\(count)"]))
    }

    private static func counted(_ key: String, _ count: Int, next: UInt64?) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key(key)
            json.integer(count)
            if let next {
                json.key("next")
                json.integer(next + 1)
            }
        }
        return .json(json)
    }
}
