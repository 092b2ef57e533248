import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Response
import SignalModel

/// `/ops/v1/gate`: may this be deployed now, and why not.
package struct GateAPI: Sendable {
    private let actions: GateActions

    static let path = "/ops/v1/gate"
    /// A question is a few names and a reason; a larger body is refused with 413.
    private static let bodyBytesMax = 64 << 10
    private static let recordLimits = 1...GateBook.recordsMax

    package init(actions: GateActions) { self.actions = actions }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, Self.path, .viewOperations,
                "Whether a change of a service may go out; service, environment, change. Writes nothing", look),
            Endpoint(
                .post, Self.path, .sendEvents,
                "The same for a change that is about to go out: what it was told is recorded", ask),
            Endpoint(
                .get, Self.path + "/records", .viewOperations,
                "Changes that came to the gate, newest first; limit=100, service", records),
            Endpoint(.get, Self.path + "/break-glass", .viewOperations, "Who opened the gate, newest first", glasses),
            Endpoint(
                .post, Self.path + "/break-glass", .breakGlass, "Opens the gate of a service for a time", breakGlass),
            Endpoint(
                .delete, Self.path + "/break-glass/:id", .breakGlass, "Closes it again before its time", restore),
        ]
    }

    // MARK: Asking

    private func look(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let question = try question(
            service: form["service"], environment: form["environment"], change: form["change"], context)
        // Why a fix is critical need not be said as long as nothing goes out.
        let ordinary = GateQuestion(service: question.service, environment: question.environment)
        if let refusal = GateActions.refusal(of: ordinary, because: nil) { throw refusal }
        return answer(actions.decide(question))
    }

    private struct WantedChange: Decodable {
        var service: String?
        var environment: String?
        var change: String?
        var reason: String?
        var summary: String?
    }

    private func ask(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try actions.admit(context.principal)
        let wanted = try await body(WantedChange.self, request)
        let question = try question(
            service: wanted.service, environment: wanted.environment, change: wanted.change, context)
        if let refusal = GateActions.refusal(of: question, because: wanted.reason) { throw refusal }
        let decision = actions.decide(question)
        let record = GateRecord(
            decision, summary: String((wanted.summary ?? "").prefix(GateLimits.summaryCharactersMax)),
            by: context.principal?.name ?? "", source: "api",
            because: question.change == .criticalFix ? wanted.reason : nil,
            at: Timestamp(milliseconds: actions.nowMilliseconds))
        try await actions.record(record)
        return answer(decision)
    }

    /// A token's own labels win over what is asked for: the key of one service opens no other's gate.
    private func question(
        service: String?, environment: String?, change: String?, _ context: SignalboxRequestContext
    ) throws -> GateQuestion {
        let forced = context.principal?.forcedLabels ?? .empty
        guard let change = GateQuestion.Change(rawValue: change ?? GateQuestion.Change.normal.rawValue) else {
            let known = GateQuestion.Change.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.badData, "change must be one of \(known), not \(quoted(change ?? ""))")
        }
        return GateQuestion(
            service: forced.value(of: "service") ?? service ?? "",
            environment: forced.value(of: "environment") ?? environment ?? "",
            change: change)
    }

    private func answer(_ decision: GateDecision) -> Response {
        var json = JSONWriter()
        json.decision(decision)
        return .json(json)
    }

    private func records(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let limit = try form.integer("limit", in: Self.recordLimits, absent: 100)
        let service = form["service"]
        let found = actions.core.state.gate.records.reversed().lazy.filter {
            service == nil || $0.service == service
        }
        var json = JSONWriter()
        json.object { json in
            json.key("records")
            json.array { json in for record in found.prefix(limit) { json.record(record) } }
        }
        return .json(json)
    }

    // MARK: Break-glass

    private func glasses(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let now = actions.nowMilliseconds
        var json = JSONWriter()
        json.object { json in
            json.key("break_glass")
            json.array { json in
                for glass in actions.core.state.gate.glasses.reversed() { json.glass(glass, at: now) }
            }
        }
        return .json(json)
    }

    private func breakGlass(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let glass = try await actions.breakGlass(
            try await body(BreakGlassWish.self, request), by: context.principal, from: context.remoteAddress)
        var json = JSONWriter()
        json.glass(glass, at: actions.nowMilliseconds)
        return .json(json, status: .created)
    }

    private func restore(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await actions.restoreGlass(
            try context.parameters.require("id"), by: context.principal, from: context.remoteAddress)
        return Response(status: .noContent)
    }

    private func body<Wanted: Decodable>(_ type: Wanted.Type, _ request: Request) async throws -> Wanted {
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        do { return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be JSON: \(TokenAPI.place(error))")
        }
    }
}
