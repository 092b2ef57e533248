import FoundationEssentials
import NIOCore
import NIOHTTP1

package struct WantedToken: Encodable, Sendable {
    var kind: String
    var name: String
    var labels: [String: String]?
    var role: String?
    var expires: String?
    var limits: [String: Int]?

    package init(
        kind: String, name: String, labels: [String: String]?, role: String?, expires: String?,
        limits: [String: Int]?
    ) {
        self.kind = kind
        self.name = name
        self.labels = labels
        self.role = role
        self.expires = expires
        self.limits = limits
    }
}

package struct ListedToken: Codable, Sendable {
    package var id: String
    package var name: String
    package var kind: String
    package var role: String?
    package var labels: [String: String]?
    package var limits: [String: Int]?
    package var created: String
    package var expires: String?
    package var last_used: String?

    /// What a table shows of it.
    package var cells: [String] {
        let what =
            role ?? (labels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        let limits = (limits ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            id, kind, what, limits.isEmpty ? "no limits" : limits.joined(separator: ","), expires ?? "never ends",
            last_used ?? "never used",
            name,
        ]
    }
}

extension ServerConnection {
    package func createToken(_ wanted: WantedToken) async throws -> String {
        struct Made: Decodable { var token: String }
        let body = try JSONEncoder().encode(wanted)
        let answer = try await send(.POST, "/ops/v1/tokens", json: ByteBuffer(bytes: body))
        return try JSONDecoder().decode(Made.self, from: Data(answer.readableBytesView)).token
    }

    package func tokens() async throws -> [ListedToken] {
        struct Listing: Decodable { var tokens: [ListedToken] }
        let answer = try await send(.GET, "/ops/v1/tokens")
        return try JSONDecoder().decode(Listing.self, from: Data(answer.readableBytesView)).tokens
    }

    /// All limits of an ingest token; those left out are lifted.
    package func limitToken(_ id: String, to limits: [String: Int]) async throws {
        _ = try await send(.PUT, try path(id) + "/limits", json: ByteBuffer(bytes: try JSONEncoder().encode(limits)))
    }

    package func revokeToken(_ id: String) async throws { _ = try await send(.DELETE, try path(id)) }

    private func path(_ id: String) throws -> String {
        // An id is sixteen hex digits; anything else would only ask for another path.
        guard id.allSatisfy({ $0.isHexDigit }), !id.isEmpty else {
            throw Failure("\(id) is no token id: take one from `signalbox token list`")
        }
        return "/ops/v1/tokens/" + id
    }
}
