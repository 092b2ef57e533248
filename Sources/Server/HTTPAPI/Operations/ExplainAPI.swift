import Alerting
package import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
package import Response
import SignalModel

/// `/ops/v1/explain`: what would happen to an alert, when and why.
package struct ExplainAPI: Sendable {
    private let core: OperationsCore
    private let clock: any WallClock

    /// A set of labels; a larger body is refused with 413.
    private static let bodyBytesMax = 64 << 10

    package init(core: OperationsCore, clock: any WallClock) {
        self.core = core
        self.clock = clock
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/ops/v1/explain", .viewOperations,
                "What would happen to an alert of these labels, when and why", explain)
        ]
    }

    private struct Body: Decodable {
        var labels: [String: String]
    }

    private func explain(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        let body: Body
        do { body = try JSONDecoder().decode(Body.self, from: Data(bytes.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be {\"labels\": {…}}: \(TokenAPI.place(error))")
        }
        let labels = body.labels.filter { !$0.value.isEmpty }
        guard !labels.isEmpty else { throw APIError(.badData, "at least one label is needed") }
        let explanation = core.state.explanation(of: labels, at: clock.now())
        var json = JSONWriter()
        json.explanation(explanation, core.state)
        return .json(json)
    }
}

extension JSONWriter {
    fileprivate mutating func explanation(_ explanation: Explanation, _ state: OperationsState) {
        object { json in
            json.key("at")
            json.time(explanation.atMilliseconds)
            json.key("labels")
            json.labels(explanation.labels)
            json.key("severity")
            json.string(explanation.severity.rawValue)
            json.key("severityAssumed")
            json.bool(explanation.isSeverityAssumed)
            json.key("suppressed")
            json.bool(explanation.suppression.isSuppressed)
            json.key("silencedBy")
            json.array { json in
                for id in explanation.suppression.silencedBy {
                    guard let silence = state.routing.silences.silences[id] else { continue }
                    json.object { json in
                        json.pair("id", id)
                        json.pair("comment", silence.comment)
                        json.pair("createdBy", silence.createdBy)
                        json.key("endsAt")
                        json.time(silence.endsAtMilliseconds)
                    }
                }
            }
            json.key("idleSilences")
            json.labels(explanation.idleSilences)
            json.key("inhibitedBy")
            json.array { json in
                for fingerprint in explanation.suppression.inhibitedBy {
                    json.object { json in
                        json.pair("fingerprint", fingerprint)
                        json.key("labels")
                        json.labels(state.alerts.firing[fingerprint]?.labels ?? [:])
                    }
                }
            }
            json.key("routes")
            json.array { json in
                for line in explanation.routes { json.route(line) }
            }
            json.key("page")
            if let page = explanation.page { json.string(page) } else { json.null() }
            json.key("steps")
            json.array { json in
                for step in explanation.steps {
                    json.object { json in
                        json.key("at")
                        json.time(step.atMilliseconds)
                        json.pair("what", step.text)
                    }
                }
            }
        }
    }

    private mutating func route(_ line: Explanation.RouteLine) {
        object { json in
            json.pair("route", line.route)
            json.pair("receiver", line.receiver)
            json.key("integrations")
            json.array { json in
                for id in line.integrations { json.string(id) }
            }
            json.pair("groupKey", line.groupKey)
            json.key("groupSize")
            json.integer(line.membersCount)
            json.key("tellsAt")
            if let time = line.tellsAtMilliseconds { json.time(time) } else { json.null() }
            json.pair("repeatsEvery", DurationText.text(milliseconds: line.repeatsEveryMilliseconds))
            json.key("mutedBy")
            json.array { json in
                for name in line.mutedBy { json.string(name) }
            }
            json.pair("why", line.reason)
        }
    }

    private mutating func pair(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    private mutating func time(_ milliseconds: Int64) {
        string(RFC3339.format(Timestamp(milliseconds: milliseconds)))
    }
}
