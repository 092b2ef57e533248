import Basics
import HTTPTypes
import Hummingbird
import Identity
package import Response

/// `/ops/v1/changes`: what was changed on purpose, the newest first.
package struct ChangeAPI: Sendable {
    private let core: OperationsCore

    private static let limits = 1...ChangeBook.changesMax

    package init(core: OperationsCore) { self.core = core }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/ops/v1/changes", .viewOperations,
                "Changes that were announced, newest first; limit=100, service",
                list)
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let limit = try form.integer("limit", in: Self.limits, absent: 100)
        let service = form["service"]
        let found = core.state.changes.changes.reversed().lazy.filter {
            service == nil || $0.labels["service"] == service
        }
        var json = JSONWriter()
        json.object { json in
            json.key("changes")
            json.array { json in
                for change in found.prefix(limit) {
                    json.object { json in
                        json.key("at")
                        json.string(RFC3339.format(Timestamp(milliseconds: change.atMilliseconds)))
                        for (key, text) in [
                            ("summary", change.summary), ("source", change.source), ("details", change.details),
                            ("links", change.links), ("by", change.by),
                        ] {
                            json.key(key)
                            json.string(text)
                        }
                        json.key("labels")
                        json.strings(change.labels)
                    }
                }
            }
        }
        return .json(json)
    }
}
