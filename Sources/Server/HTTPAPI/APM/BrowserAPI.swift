package import Basics
import HTTPTypes
package import Hummingbird
import Identity
import NIOCore
import SignalModel

/// What Elastic's agent in browsers (RUM) calls, from pages of any origin. The key in the address is readable by
/// whoever reads the page: it can do nothing but this, and each address may ask once a second.
package struct BrowserAPI: Sendable {
    package static let folder = APMAPI.folder + "/rum"
    /// A larger body is refused: the agent sends a few kilobytes.
    private static let bodyBytesMax = 1 << 20
    /// The same of what it is decompressed.
    private static let plainBytesMax = 4 << 20

    private let intake: APMAPI
    private let configuration: AgentConfigurationAPI
    private let throttle: AddressThrottle

    package init(intake: APMAPI, configuration: AgentConfigurationAPI, clock: any WallClock) {
        self.intake = intake
        self.configuration = configuration
        throttle = AddressThrottle(clock: clock)
    }

    package var endpoints: [Endpoint] {
        let events = Self.folder + "/:key/intake/v2/rum/events"
        let settings = Self.folder + "/:key/config/v1/rum/agents"
        return [
            Endpoint(.post, events, .ingestFromBrowsers, "Events of Elastic's agent in browsers", take),
            Endpoint(.get, settings, .ingestFromBrowsers, "Central configuration of the same", agents),
            Endpoint(.options, events, .ingestFromBrowsers, "May a page of another origin send", preflight),
            Endpoint(.options, settings, .ingestFromBrowsers, "May a page of another origin ask", preflight),
        ]
    }

    private func take(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await answer(context) {
            let body = try await request.body.collect(upTo: Self.bodyBytesMax)
            return try await intake.take(
                Request(head: request.head, body: RequestBody(buffer: body)), context,
                bodyBytesMax: Self.plainBytesMax)
        }
    }

    private func agents(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await answer(context) { try await configuration.agents(request, context) }
    }

    private func preflight(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var response = Response(status: .noContent)
        Self.allow(&response)
        for (name, value) in [
            ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
            ("Access-Control-Allow-Headers", "Content-Type, Content-Encoding, Accept, If-None-Match"),
            ("Access-Control-Max-Age", "3600"),
        ] {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        return response
    }

    /// A page may read refusals, too.
    private func answer(
        _ context: SignalboxRequestContext, _ body: () async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            try throttle.admit(context.remoteAddress)
            response = try await body()
        } catch {
            let mapped = APIError(error)
            response = .text(mapped.message + "\n", status: mapped.status)
        }
        Self.allow(&response)
        return response
    }

    private static func allow(_ response: inout Response) {
        for (name, value) in [
            ("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "Etag"),
        ] {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        response.headers[.vary] = "Origin"
    }
}
