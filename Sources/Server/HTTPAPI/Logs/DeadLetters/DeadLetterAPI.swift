package import Basics
import HTTPTypes
package import Hummingbird
package import Identity
package import Pipeline

/// `/ops/v1/logs/dead-letters`: documents that could not be processed, to be seen, sent again or given up.
package struct DeadLetterAPI: Sendable {
    let deadLetters: DeadLetters
    let settled: SettledLetters
    let intake: LogIntake
    let progress: LogProgress
    let threads: BlockingThreads
    private let audit: @Sendable (IdentityAuditEntry) async throws -> Void
    private let clock: any WallClock

    private static let limits = 1...1000
    /// Shapes of one answer; letters of further ones are only counted.
    private static let groupsMax = 200

    /// `threads` works on one call after another.
    package init(
        deadLetters: DeadLetters, settled: SettledLetters, intake: LogIntake, progress: LogProgress,
        audit: @escaping @Sendable (IdentityAuditEntry) async throws -> Void, clock: any WallClock,
        threads: BlockingThreads
    ) {
        self.deadLetters = deadLetters
        self.settled = settled
        self.intake = intake
        self.progress = progress
        self.audit = audit
        self.clock = clock
        self.threads = threads
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/logs/dead-letters"
        let chosen = "from=, to=, numbers=, shape="
        return [
            Endpoint(.get, path, .editPipelines, "Documents that could not be processed; \(chosen), limit=", list),
            Endpoint(.get, path + "/groups", .editPipelines, "The same by the shape of their reasons", groups),
            Endpoint(.get, path + "/export", .editPipelines, "The same as NDJSON; \(chosen)", export),
            Endpoint(.post, path + "/replay", .editPipelines, "Processes them again; \(chosen)", replay),
            Endpoint(.post, path + "/discard", .editPipelines, "Gives them up; \(chosen)", discard),
        ]
    }

    var scan: DeadLetterScan { DeadLetterScan(letters: deadLetters, settled: settled) }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let limit = try form.integer("limit", in: Self.limits, absent: 100)
        let choice = try DeadLetterChoice(form)
        let found = try await threads.run { [scan] in try scan.find(choice, limit: limit) }
        var json = JSONWriter()
        json.object { json in
            json.key("letters")
            json.array { json in
                for letter in found.letters {
                    json.object { json in
                        Self.write(letter, to: &json)
                        json.key("document")
                        json.string(String(decoding: letter.document.source, as: UTF8.self))
                    }
                }
            }
            writeFigures(next: found.next, to: &json)
        }
        return .json(json)
    }

    private func groups(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let choice = try DeadLetterChoice(try FormParameters(request.uri.query ?? ""))
        let (groups, others, next) = try await threads.run { [scan] in
            var groups: [String: DeadLetterGroup] = [:]
            var others = 0
            let next = try scan.forEach(choice) { letter in
                let reason = DeadLetterReason(letter.reason)
                if groups[reason.shape] != nil || groups.count < Self.groupsMax {
                    groups[reason.shape, default: DeadLetterGroup(reason)].add(letter)
                } else {
                    others += 1
                }
                return true
            }
            return (groups, others, next)
        }
        var json = JSONWriter()
        json.object { json in
            json.key("groups")
            json.array { json in
                for group in groups.values.sorted(by: { ($1.count, $0.reason.shape) < ($0.count, $1.reason.shape) }) {
                    json.object { group.write(to: &$0) }
                }
            }
            json.key("others")
            json.integer(others)
            writeFigures(next: next, to: &json)
        }
        return .json(json)
    }

    /// Of all letters, and where to go on.
    private func writeFigures(next: UInt64?, to json: inout JSONWriter) {
        let statistics = deadLetters.statistics
        json.key("count")
        json.integer(settled.count)
        json.key("bytes")
        json.integer(statistics.bytes)
        json.key("bytes_max")
        json.integer(statistics.bytesMax)
        json.key("end")
        json.integer(settled.numbers.upperBound)
        if let next {
            json.key("next")
            json.integer(next)
        }
    }

    /// All but the document.
    static func write(_ letter: DeadLetter, to json: inout JSONWriter) {
        let reason = DeadLetterReason(letter.reason)
        json.key("number")
        json.integer(letter.number)
        json.key("received")
        json.string(RFC3339.format(Timestamp(milliseconds: letter.receivedAt / 1_000_000)))
        json.key("reason")
        json.string(letter.reason)
        json.key("shape")
        json.string(reason.shape)
        json.key("index")
        json.string(letter.document.index)
        for (key, text) in [
            ("pipeline", letter.document.pipeline), ("id", letter.document.identity),
            ("failed_pipeline", reason.pipeline), ("failed_processor", reason.processor), ("failed_tag", reason.tag),
        ] {
            guard let text else { continue }
            json.key(key)
            json.string(text)
        }
    }

    /// First, as for all that is audited: a change that nobody answers for must not be.
    func note(
        _ action: IdentityAuditEntry.Action, _ count: Int, _ context: SignalboxRequestContext
    ) async throws {
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: context.principal?.auditName ?? "", action: action, subject: "logs",
                source: context.remoteAddress, details: ["count": "\(count)"]))
    }
}
