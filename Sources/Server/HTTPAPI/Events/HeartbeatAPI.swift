import Basics
import HTTPTypes
import Hummingbird
import Identity
package import Response
import SignalModel

/// `/ops/v1/heartbeats`: programs say that they are alive; when one stops, `HeartbeatMissed` fires.
package struct HeartbeatAPI: Sendable {
    private let core: OperationsCore
    private let clock: any WallClock
    private let rates: EventRates

    package init(intake: EventIntake) {
        core = intake.core
        clock = intake.clock
        rates = intake.rates
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/heartbeats"
        return [
            Endpoint(.get, path, .viewOperations, "Heartbeats with their last beats", list),
            Endpoint(.post, path + "/:name", .sendEvents, "A beat of that name", beat),
            Endpoint(.get, path + "/:name", .sendEvents, "The same, for clients that only GET", beat),
        ]
    }

    private func beat(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard context.sessionSecret == nil else {
            // A link on any page would beat otherwise.
            throw APIError(.forbidden, "a heartbeat is beaten with a token, not with a session")
        }
        try rates.take(context.principal?.id ?? "")
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        guard try await core.beat(name, at: clock.now()) else {
            throw APIError(.notFound, "there is no heartbeat \(quoted(name)) under heartbeats of the paging file")
        }
        return .text("ok\n")
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let state = core.state
        var json = JSONWriter()
        json.object { json in
            json.key("heartbeats")
            json.array { json in
                for (name, policy) in state.configuration.watch.heartbeats.sorted(by: { $0.key < $1.key }) {
                    let known = state.heartbeats.heartbeats[name]
                    json.object { json in
                        json.key("name")
                        json.string(name)
                        json.key("status")
                        json.string(
                            known?.missed != nil ? "missed" : known?.beatAtMilliseconds == nil ? "awaited" : "beating"
                        )
                        json.key("last_beat")
                        json.time(known?.beatAtMilliseconds)
                        json.key("due")
                        json.time(state.heartbeats.deadline(of: name))
                        json.key("every_seconds")
                        json.number(Double(policy.everyMilliseconds) / 1000)
                        json.key("grace_seconds")
                        json.number(Double(policy.graceMilliseconds) / 1000)
                        json.key("severity")
                        json.string(policy.severity.rawValue)
                        json.key("labels")
                        json.strings(policy.labels)
                    }
                }
            }
        }
        return .json(json)
    }
}

extension OperationsCore {
    /// False when nobody waits for it. Beats that follow one another closely are not journalled.
    func beat(_ name: String, at now: Timestamp) async throws -> Bool {
        let state = state
        guard let policy = state.configuration.watch.heartbeats[name] else { return false }
        if state.heartbeats.needs(name, at: now.milliseconds, policy) { try await perform(.beaten(name)) }
        return true
    }
}
