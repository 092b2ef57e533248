import FoundationEssentials
import NIOCore
import NIOHTTP1

/// One schedule as `/ops/v1/oncall` tells it.
package struct ListedOnCall: Codable, Sendable {
    package struct Shift: Codable, Sendable {
        package var person: String
        package var name: String
        package var from: String
        package var through: String
    }
    package var schedule: String
    package var zone: String
    package var on_call: Shift?
    package var next: Shift?

    /// What a table shows of it.
    package var cells: [String] {
        [
            schedule, on_call.map { "\($0.name) until \($0.through)" } ?? "nobody",
            next.map { "then \($0.name) from \($0.from)" } ?? "nobody is planned after that",
        ]
    }
}

extension ServerConnection {
    package func onCall() async throws -> [ListedOnCall] {
        struct Listing: Decodable { var schedules: [ListedOnCall] }
        let answer = try await send(.GET, "/ops/v1/oncall")
        return try JSONDecoder().decode(Listing.self, from: Data(answer.readableBytesView)).schedules
    }
}
