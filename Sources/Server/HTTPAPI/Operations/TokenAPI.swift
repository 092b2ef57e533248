import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
package import Identity
import NIOCore
import SignalModel

/// `/ops/v1/tokens`: making, listing and revoking credentials of programs.
package struct TokenAPI: Sendable {
    private let identity: IdentityService

    /// A request to make a token is short; a larger body is refused with 413.
    private static let bodyBytesMax = 64 << 10

    package init(identity: IdentityService) { self.identity = identity }

    package var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/ops/v1/tokens", .manageTokens, "Tokens, without their secrets", list),
            Endpoint(.post, "/ops/v1/tokens", .manageTokens, "Makes a token and shows its secret once", create),
            Endpoint(.put, "/ops/v1/tokens/:id/limits", .manageTokens, "Sets all limits of an ingest token", limit),
            Endpoint(.delete, "/ops/v1/tokens/:id", .manageTokens, "Revokes a token at once", revoke),
        ]
    }

    private struct Wanted: Decodable {
        var kind: String
        var name: String
        var labels: [String: String]?
        var role: String?
        var expires: String?
        var limits: [String: Int]?
    }

    private func create(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let actor = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        let wanted: Wanted
        do { wanted = try JSONDecoder().decode(Wanted.self, from: Data(body.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be JSON with kind, name and for api a role: \(Self.place(error))")
        }
        let expiresAt = try wanted.expires.map { text in
            guard let time = RFC3339.parse(text) else {
                throw APIError(.badData, "expires must be an RFC 3339 time, not \(quoted(text))")
            }
            return time
        }
        let made = try await identity.createToken(
            name: wanted.name, kind: Self.kind(of: wanted), expiresAt: expiresAt, by: actor,
            source: context.remoteAddress)
        var json = JSONWriter()
        json.object { json in
            Self.write(made.token, to: &json)
            json.key("token")
            json.string(made.secret)
        }
        return .json(json, status: .created)
    }

    private static func kind(of wanted: Wanted) throws -> Token.Kind {
        switch wanted.kind {
        case "ingest":
            guard wanted.role == nil else { throw APIError(.badData, "an ingest token has no role: it only writes") }
            let labels = Labels((wanted.labels ?? [:]).map { (name: $0.key, value: $0.value) })
            return .ingest(forcedLabels: labels, limits: try limits(wanted.limits ?? [:]))
        case "events":
            guard wanted.role == nil else { throw APIError(.badData, "an events token has no role: it only sends") }
            guard wanted.limits == nil else { throw APIError(.badData, "only an ingest token has limits") }
            return .events(forcedLabels: Labels((wanted.labels ?? [:]).map { (name: $0.key, value: $0.value) }))
        case "browser":
            guard wanted.role == nil else { throw APIError(.badData, "a browser token has no role: it only sends") }
            guard wanted.limits == nil else { throw APIError(.badData, "only an ingest token has limits") }
            return .browser(forcedLabels: Labels((wanted.labels ?? [:]).map { (name: $0.key, value: $0.value) }))
        case "api":
            guard wanted.labels == nil else {
                throw APIError(.badData, "only a token that writes, ingest, events or browser, forces labels")
            }
            guard wanted.limits == nil else { throw APIError(.badData, "only an ingest token has limits") }
            guard let role = wanted.role.flatMap(Role.init(rawValue:)) else {
                let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw APIError(.badData, "role must be one of \(roles)")
            }
            return .api(role: role)
        default: throw APIError(.badData, "kind must be ingest, events, browser or api, not \(quoted(wanted.kind))")
        }
    }

    private static func limits(_ wanted: [String: Int]) throws -> IngestLimits {
        var limits = IngestLimits()
        for (name, value) in wanted {
            guard let field = IngestLimits.fields.first(where: { $0.name == name }) else {
                let known = IngestLimits.fields.map(\.name).joined(separator: ", ")
                throw APIError(.badData, "limits.\(name) is unknown: limits are \(known)")
            }
            limits[keyPath: field.path] = value
        }
        return limits
    }

    private func limit(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let actor = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        let wanted: [String: Int]
        do { wanted = try JSONDecoder().decode([String: Int].self, from: Data(body.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be JSON of limits and whole numbers: \(Self.place(error))")
        }
        try await identity.limitToken(
            id: context.parameters.require("id"), to: try Self.limits(wanted), by: actor,
            source: context.remoteAddress)
        return Response(status: .noContent)
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("tokens")
            json.array { json in
                for token in identity.tokens() {
                    json.object { json in Self.write(token, to: &json) }
                }
            }
        }
        return .json(json)
    }

    private func revoke(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let actor = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        try await identity.revokeToken(
            id: context.parameters.require("id"), by: actor, source: context.remoteAddress)
        return Response(status: .noContent)
    }

    private static func write(_ token: Token, to json: inout JSONWriter) {
        json.key("id")
        json.string(token.id)
        json.key("name")
        json.string(token.name)
        json.key("kind")
        switch token.kind {
        case .ingest(let labels, let limits):
            json.string("ingest")
            json.key("labels")
            json.labels(labels)
            json.key("limits")
            json.object { json in
                for (name, path) in IngestLimits.fields {
                    guard let value = limits[keyPath: path] else { continue }
                    json.key(name)
                    json.integer(value)
                }
            }
        case .events(let labels):
            json.string("events")
            json.key("labels")
            json.labels(labels)
        case .browser(let labels):
            json.string("browser")
            json.key("labels")
            json.labels(labels)
        case .api(let role):
            json.string("api")
            json.key("role")
            json.string(role.rawValue)
        }
        json.key("created")
        json.string(RFC3339.format(token.createdAt))
        json.key("created_by")
        json.string(token.createdBy)
        for (key, time) in [("expires", token.expiresAt), ("last_used", token.lastUsedAt)] {
            json.key(key)
            if let time { json.string(RFC3339.format(time)) } else { json.null() }
        }
    }

    /// The path of the field that did not fit, without the values around it.
    static func place(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "no valid JSON" }
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has another type"
        default: return "no valid JSON"
        }
    }
}
