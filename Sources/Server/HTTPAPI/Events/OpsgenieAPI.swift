package import Basics
import HTTPTypes
import Hummingbird
import Identity
import Response
import SignalModel
import WireFormats

/// Opsgenie's alert and heartbeat API, as far as senders need it: alerts are opened, acknowledged and closed by their
/// alias. The credential is an events token, `Authorization: GenieKey …`.
package struct OpsgenieAPI: Sendable {
    private let intake: EventIntake
    private let randomness: any Randomness

    package init(intake: EventIntake, randomness: any Randomness) {
        self.intake = intake
        self.randomness = randomness
    }

    package var endpoints: [Endpoint] {
        let path = "/v2/alerts"
        return [
            Endpoint(.post, path, .sendEvents, "Opsgenie's API: opens an alert, or updates the open one", create),
            Endpoint(.post, path + "/:alias/acknowledge", .sendEvents, "Opsgenie's API: acknowledges it") {
                try await end($0, $1, .acknowledge)
            },
            Endpoint(.post, path + "/:alias/close", .sendEvents, "Opsgenie's API: resolves it") {
                try await end($0, $1, .resolve)
            },
            Endpoint(.post, "/v2/heartbeats/:name/ping", .sendEvents, "Opsgenie's API: a beat of that name", ping),
            Endpoint(.get, "/v2/heartbeats/:name/ping", .sendEvents, "The same, for clients that only GET", ping),
        ]
    }

    private func create(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let sender = try admitted(context)
        let severities = intake.settings.severities
        let made = "sbx-" + String(randomness.next(), radix: 16)
        let decoded = try await intake.document(of: request, bytesMax: EventLimits.pagerDutyBodyBytesMax) {
            OpsgenieAlert.decode($0, severities: severities, generatedKey: made)
        }
        guard let event = decoded?.events.first else { return refused(decoded?.problems ?? ["the body is empty"]) }
        try await intake.take([event], dialect: "opsgenie", from: sender)
        return accepted("Request will be processed", alias: event.dedupKey)
    }

    private func end(
        _ request: Request, _ context: SignalboxRequestContext, _ action: AlertEvent.Action
    ) async throws -> Response {
        let sender = try admitted(context)
        guard try FormParameters(request.uri.query ?? "")["identifierType"] == "alias" else {
            return refused(["identifierType must be alias: ids of Opsgenie are not known here"])
        }
        let alias = FormParameters.decode(pathPart: try context.parameters.require("alias"))
        if let problem = OpsgenieAlert.problem(ofAlias: alias) { return refused(["alias \(problem)"]) }
        // Its texts are for Opsgenie's log; that it is JSON, or nothing, is all that is asked.
        _ = try await intake.document(of: request, bytesMax: EventLimits.pagerDutyBodyBytesMax)
        try await intake.take([AlertEvent(action, dedupKey: alias)], dialect: "opsgenie", from: sender)
        return accepted("Request will be processed", alias: alias)
    }

    private func ping(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard context.sessionSecret == nil else {
            throw APIError(.forbidden, "a heartbeat is beaten with a token, not with a session")
        }
        _ = try admitted(context)
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        guard try await intake.core.beat(name, at: intake.clock.now()) else {
            throw APIError(.notFound, "there is no heartbeat \(quoted(name)) under heartbeats of the paging file")
        }
        return accepted("PONG - Heartbeat received")
    }

    private func admitted(_ context: SignalboxRequestContext) throws -> EventSender {
        guard let principal = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        let sender = EventSender(principal)
        try intake.rates.take(sender.id)
        return sender
    }

    // MARK: Answers

    private func accepted(_ result: String, alias: String? = nil) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("result")
            json.string(result)
            json.key("requestId")
            json.string(String(randomness.next(), radix: 16))
            if let alias {
                json.key("alias")
                json.string(alias)
            }
        }
        return .json(json, status: .accepted)
    }

    private func refused(_ problems: [String]) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("message")
            json.string(problems.prefix(EventLimits.problemsMax).joined(separator: "; "))
            json.key("requestId")
            json.string(String(randomness.next(), radix: 16))
        }
        return .json(json, status: .unprocessableContent)
    }
}
