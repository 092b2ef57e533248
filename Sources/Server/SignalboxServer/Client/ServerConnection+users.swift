import FoundationEssentials
import NIOCore
import NIOHTTP1

package struct ListedUser: Codable, Sendable {
    package var name: String
    package var role: String
    package var created: String
    package var password_changed: String
}

extension ServerConnection {
    private struct Wanted: Encodable {
        var name: String?
        var role: String?
        var password: String?
    }

    private struct Answer: Decodable { var password: String? }

    package func users() async throws -> [ListedUser] {
        struct Listing: Decodable { var users: [ListedUser] }
        let answer = try await send(.GET, "/ops/v1/users")
        return try JSONDecoder().decode(Listing.self, from: Data(answer.readableBytesView)).users
    }

    /// Returns the generated password; nil when `password` was given.
    package func createUser(_ name: String, role: String, password: String?) async throws -> String? {
        try await ask(.POST, "/ops/v1/users", Wanted(name: name, role: role, password: password))
    }

    package func setRole(of name: String, to role: String) async throws {
        _ = try await ask(.PUT, try Self.path(name) + "/role", Wanted(role: role))
    }

    /// Returns the generated password; nil when `password` was given.
    package func resetPassword(of name: String, to password: String?) async throws -> String? {
        try await ask(.POST, try Self.path(name) + "/password", Wanted(password: password))
    }

    package func removeUser(_ name: String) async throws {
        _ = try await send(.DELETE, try Self.path(name))
    }

    private func ask(_ method: HTTPMethod, _ path: String, _ wanted: Wanted) async throws -> String? {
        let answer = try await send(method, path, json: ByteBuffer(bytes: try JSONEncoder().encode(wanted)))
        guard answer.readableBytes > 0 else { return nil }
        return try JSONDecoder().decode(Answer.self, from: Data(answer.readableBytesView)).password
    }

    private static func path(_ name: String) throws -> String {
        // A user's name has no character that a path would need escaped; anything else asks for another path.
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || "._-+@".unicodeScalars.contains(scalar)
        }
        guard isPlain, !name.isEmpty
        else { throw Failure("\(name) is no user name: take one from `signalbox user list`") }
        return "/ops/v1/users/" + name
    }
}
