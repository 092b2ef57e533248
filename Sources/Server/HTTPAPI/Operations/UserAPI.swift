import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
package import Identity
import NIOCore
import SignalModel

/// `/ops/v1/users`: the people who may sign in.
package struct UserAPI: Sendable {
    private let identity: IdentityService

    /// A request here is short; a larger body is refused with 413.
    private static let bodyBytesMax = 64 << 10

    package init(identity: IdentityService) { self.identity = identity }

    package var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/ops/v1/users", .manageUsers, "People who may sign in", list),
            Endpoint(.post, "/ops/v1/users", .manageUsers, "Adds a person; shows a generated password once", create),
            Endpoint(.put, "/ops/v1/users/:name/role", .manageUsers, "Changes what a person may do", setRole),
            Endpoint(
                .post, "/ops/v1/users/:name/password", .manageUsers,
                "Replaces a password and ends the person's sessions", resetPassword),
            Endpoint(.delete, "/ops/v1/users/:name", .manageUsers, "Removes a person and their sessions", remove),
        ]
    }

    private struct Wanted: Decodable {
        var name: String?
        var role: String?
        var password: String?
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("users")
            json.array { json in
                for user in identity.users() {
                    json.object { json in
                        json.key("name")
                        json.string(user.name.text)
                        json.key("role")
                        json.string(user.role.rawValue)
                        json.key("created")
                        json.string(RFC3339.format(user.createdAt))
                        json.key("password_changed")
                        json.string(RFC3339.format(user.passwordChangedAt))
                    }
                }
            }
        }
        return .json(json)
    }

    private func create(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let wanted = try await body(of: request)
        guard let text = wanted.name else { throw APIError(.badData, "name is missing") }
        let name = try Self.name(text)
        let role = try Self.role(wanted.role)
        let password = wanted.password ?? identity.generatedPassword()
        try await identity.createUser(
            name, role: role, password: password, by: try actor(context), source: context.remoteAddress)
        return Self.answer(name, generated: wanted.password == nil ? password : nil, status: .created)
    }

    private func setRole(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let role = try Self.role(try await body(of: request).role)
        try await identity.setRole(
            of: try name(in: context), to: role, by: try actor(context), source: context.remoteAddress)
        return Response(status: .noContent)
    }

    private func resetPassword(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let wanted = try await body(of: request)
        let name = try name(in: context)
        let password = wanted.password ?? identity.generatedPassword()
        try await identity.resetPassword(
            of: name, to: password, by: try actor(context), source: context.remoteAddress)
        return Self.answer(name, generated: wanted.password == nil ? password : nil, status: .ok)
    }

    private func remove(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await identity.removeUser(
            try name(in: context), by: try actor(context), source: context.remoteAddress)
        return Response(status: .noContent)
    }

    private func body(of request: Request) async throws -> Wanted {
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        do { return try JSONDecoder().decode(Wanted.self, from: Data(body.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be JSON with name, role, password: \(TokenAPI.place(error))")
        }
    }

    private func actor(_ context: SignalboxRequestContext) throws -> Principal {
        guard let actor = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        return actor
    }

    private func name(in context: SignalboxRequestContext) throws -> UserName {
        try Self.name(context.parameters.require("name"))
    }

    private static func name(_ text: String) throws -> UserName {
        guard let name = UserName(text) else {
            throw APIError(.badData, "\(quoted(text)) is no user name: \(UserName.rule)")
        }
        return name
    }

    private static func role(_ text: String?) throws -> Role {
        guard let role = text.flatMap(Role.init(rawValue:)) else {
            throw APIError(.badData, "role must be one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return role
    }

    private static func answer(_ name: UserName, generated: String?, status: HTTPResponse.Status) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("name")
            json.string(name.text)
            if let generated {
                json.key("password")
                json.string(generated)
            }
        }
        return .json(json, status: status)
    }
}
