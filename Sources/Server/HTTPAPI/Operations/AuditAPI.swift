import Basics
import HTTPTypes
import Hummingbird
package import Identity
import SignalModel

/// `/ops/v1/audit`: who changed whose access or the rules, and who signed in.
package struct AuditAPI: Sendable {
    package typealias Latest = @Sendable (_ limit: Int) async throws -> [IdentityAuditEntry]
    private let latest: Latest

    private static let limits = 1...10_000

    /// `latest` gives that many entries, the newest first.
    package init(latest: @escaping Latest) { self.latest = latest }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/ops/v1/audit", .readAudit, "Sign-ins, changes of access and rules, newest first; limit=100",
                list)
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let limit = try form.integer("limit", in: Self.limits, absent: 100)
        let entries = try await latest(limit)
        var json = JSONWriter()
        json.object { json in
            json.key("entries")
            json.array { json in
                for entry in entries { json.object { json in Self.write(entry, to: &json) } }
            }
        }
        return .json(json)
    }

    private static func write(_ entry: IdentityAuditEntry, to json: inout JSONWriter) {
        let texts = [
            ("at", RFC3339.format(entry.at)), ("actor", entry.actor), ("action", entry.action.rawValue),
            ("subject", entry.subject), ("source", entry.source),
        ]
        for (key, text) in texts {
            json.key(key)
            json.string(text)
        }
        json.key("details")
        json.object { json in
            for (key, text) in entry.details.sorted(by: { $0.key < $1.key }) {
                json.key(key)
                json.string(text)
            }
        }
    }
}
