package import Basics
import HTTPTypes
package import Hummingbird
import Identity
import NIOCore
import SignalModel
import WireFormats

/// What Elastic's APM agents call (elastic.co, "APM Server API"): the server's greeting and the intake of events. On a
/// port of its own it stands at the root.
package struct APMAPI: Sendable {
    package static let folder = "/apm"
    /// Agents of 8.0 and later send no unsampled transactions to a server that says it is as new.
    private static let version = "8.19.0"
    /// A request that is open longer is answered; its agent begins another.
    private static let openMax = Duration.seconds(300)
    private static let flushEvery = Duration.seconds(1)

    private let stores: IntakeStores
    private let clock: any WallClock
    private let openSessions = OpenSessions()

    package init(stores: IntakeStores, clock: any WallClock) {
        self.stores = stores
        self.clock = clock
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(.get, Self.folder, .greet, "What Elastic's APM agents ask first", greet),
            Endpoint(.head, Self.folder, .greet, "The same without a body", greet),
            Endpoint(
                .post, Self.folder + "/intake/v2/events", .ingest, "Events of Elastic's APM agents; verbose", take),
        ]
    }

    private func greet(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("publish_ready")
            json.bool(true)
            json.key("version")
            json.string(Self.version)
        }
        return .json(json)
    }

    func take(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await take(request, context, bodyBytesMax: .max)
    }

    /// A body that is longer once it is decompressed is refused from there on.
    func take(
        _ request: Request, _ context: SignalboxRequestContext, bodyBytesMax: Int
    ) async throws -> Response {
        guard openSessions.begin() else {
            return Self.answer(
                IntakeSession.Outcome(failure: APIError(.unavailable, "queue is full: too many requests are open")),
                isVerbose: false)
        }
        defer { openSessions.end() }
        let session = IntakeSession(stores, context, bodyBytesMax: bodyBytesMax)
        try await read(request.body, session)
        let outcome = try await session.finish()
        let isVerbose = try FormParameters(request.uri.query ?? "").entries.contains { $0.name == "verbose" }
        return Self.answer(outcome, isVerbose: isVerbose)
    }

    /// Until the body's end, or for as long as a request may be open.
    private func read(_ body: RequestBody, _ session: IntakeSession) async throws {
        let clock = clock
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await buffer in body {
                    guard try await session.take(buffer) else { return }
                }
            }
            group.addTask {
                let end = clock.uptime() + Self.openMax
                while clock.uptime() < end {
                    try await clock.sleep(until: clock.now() + Self.flushEvery)
                    try await session.flush()
                }
            }
            // Whichever is first: the body's end or the time's.
            try await group.next()
            group.cancelAll()
        }
    }

    /// 202 when everything was taken; else the highest status of what went wrong, and what was taken all the same.
    private static func answer(_ outcome: IntakeSession.Outcome, isVerbose: Bool) -> Response {
        var problems = outcome.problems
        if let failure = outcome.failure { problems.append(IntakeProblem(failure.message)) }
        let status: HTTPResponse.Status =
            outcome.failure != nil ? .serviceUnavailable : problems.isEmpty ? .accepted : .badRequest
        guard !problems.isEmpty || isVerbose else { return Response(status: .accepted) }
        var json = JSONWriter()
        json.object { json in
            json.key("accepted")
            json.integer(outcome.accepted)
            guard !problems.isEmpty else { return }
            json.key("errors")
            json.array { json in
                for problem in problems {
                    json.object { json in
                        json.key("message")
                        json.string(problem.message)
                        guard !problem.document.isEmpty else { return }
                        json.key("document")
                        json.string(problem.document)
                    }
                }
            }
        }
        var response = Response.json(json, status: status)
        if !problems.isEmpty { response.headers[.connection] = "close" }
        return response
    }
}
