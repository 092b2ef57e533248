import Basics
import HTTPTypes
import Hummingbird
import Identity
import SignalModel
import WireFormats

/// Webhooks of other alerting systems, below `/ops/v1/events`: what they say joins the one alert book.
package struct WebhookAPI: Sendable {
    private let intake: EventIntake

    package init(intake: EventIntake) { self.intake = intake }

    package static let folder = "/ops/v1/events/"

    package var endpoints: [Endpoint] {
        let folder = Self.folder
        return [
            Endpoint(.post, folder + "alertmanager", .sendEvents, "Alertmanager's webhook, version 4") {
                try await take($0, $1, "alertmanager") { AlertWebhook.decode($0, severities: $1.severities) }
            },
            Endpoint(.post, folder + "grafana", .sendEvents, "The webhook of Grafana's alerting") {
                try await take($0, $1, "grafana") { AlertWebhook.decode($0, severities: $1.severities) }
            },
            Endpoint(.post, folder + "azure-monitor", .sendEvents, "Azure Monitor's common alert schema") {
                try await take($0, $1, "azure") { AzureAlert.decode($0, severities: $1.severities) }
            },
            Endpoint(
                .post, folder + "generic/:name", .sendEvents, "JSON of any shape, by the mapping of that name",
                generic),
        ]
    }

    private func generic(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        guard let mapping = intake.settings.mappings[name] else {
            throw APIError(.notFound, "there is no mapping \(quoted(name)) under events.generic of the paging file")
        }
        return try await take(request, context, "generic/\(name)") { document, _ in mapping.decode(document) }
    }

    private func take(
        _ request: Request, _ context: SignalboxRequestContext, _ dialect: String,
        _ decode: @escaping @Sendable (JSONValue, EventSettings) -> AlertEvents
    ) async throws -> Response {
        guard let principal = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        let sender = EventSender(principal)
        try intake.rates.take(sender.id)
        let settings = intake.settings
        let decoded = try await intake.document(of: request, bytesMax: EventLimits.bodyBytesMax) {
            decode($0, settings)
        }
        guard let decoded else { throw APIError(.badData, "the body is empty") }
        try await intake.take(decoded.events, dialect: dialect, from: sender)
        return Self.answer(decoded)
    }

    /// What is good was taken, whatever its neighbours are.
    private static func answer(_ decoded: AlertEvents) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("status")
            json.string(decoded.problems.isEmpty ? "success" : "invalid event")
            json.key("accepted")
            json.integer(decoded.events.count)
            guard !decoded.problems.isEmpty else { return }
            json.key("error")
            json.string(decoded.problems.prefix(EventLimits.problemsMax).joined(separator: "; "))
            json.key("errors")
            json.array { json in
                for problem in decoded.problems.prefix(EventLimits.problemsMax) { json.string(problem) }
            }
        }
        return .json(json, status: decoded.problems.isEmpty ? .ok : .badRequest)
    }
}
