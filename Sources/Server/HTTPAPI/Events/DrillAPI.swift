import Basics
import HTTPTypes
import Hummingbird
import Identity
package import Response

/// `/ops/v1/drill`: a page that Signalbox sends to itself, the whole way to a person or a channel.
package struct DrillAPI: Sendable {
    private let core: OperationsCore

    package init(core: OperationsCore) { self.core = core }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/ops/v1/drill", .viewOperations, "How the latest drills went, and when the next is", show),
            Endpoint(.post, "/ops/v1/drill", .respond, "Starts a drill", start),
        ]
    }

    private func start(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let state = core.state
        guard state.configuration.watch.drill != nil else {
            throw APIError(.notFound, "there is no drill in the paging file")
        }
        guard state.drills.page == nil else { throw APIError(.conflict, "a drill is under way") }
        try await core.perform(.drillStarted(by: context.principal?.name ?? ""))
        var answer = try await show(request, context)
        answer.status = .accepted
        return answer
    }

    private func show(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let drills = core.state.drills
        var json = JSONWriter()
        json.object { json in
            for (key, time) in [
                ("started", drills.startedAtMilliseconds), ("succeeded", drills.succeededAtMilliseconds),
                ("failed", drills.failedAtMilliseconds), ("next", drills.nextAtMilliseconds),
            ] {
                json.key(key)
                json.time(time)
            }
            json.key("failure")
            json.string(drills.failureText)
            json.key("page")
            if let page = drills.page { json.string(page) } else { json.null() }
        }
        return .json(json)
    }
}
