package import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
package import Response
import SignalModel

/// `/ops/v1/oncall`: who is on call, who will be, and what people change about it.
package struct OnCallAPI: Sendable {
    let core: OperationsCore
    let clock: any WallClock
    let randomness: any Randomness
    let zone: @Sendable (String) -> ZoneRules?
    let externalURL: String

    static let path = "/ops/v1/oncall"
    /// A change is a few names, times and a note; a larger body is refused with 413.
    private static let bodyBytesMax = 64 << 10
    /// Shifts of a longer time are refused, as they would be of no use to a person.
    private static let rangeMax = Duration.seconds(800 * 86_400)

    package init(
        core: OperationsCore, clock: any WallClock, randomness: any Randomness,
        zone: @escaping @Sendable (String) -> ZoneRules?, externalURL: String
    ) {
        self.core = core
        self.clock = clock
        self.randomness = randomness
        self.zone = zone
        self.externalURL = externalURL
    }

    package var endpoints: [Endpoint] {
        let schedule = Self.path + "/schedules/:name"
        return [
            Endpoint(.get, Self.path, .viewOperations, "Who is on call now, and who is next", now),
            Endpoint(
                .get, schedule, .viewOperations, "Shifts with and without overrides, gaps, notes; from, through", show
            ),
            Endpoint(.post, schedule + "/notes", .respond, "Leaves a note for who comes on call next", note),
            Endpoint(
                .post, schedule + "/transfers/:id/done", .respond, "Says that what was known is passed on", finish),
            Endpoint(.post, Self.path + "/overrides", .respond, "Puts somebody on call for a time", override),
            Endpoint(
                .delete, Self.path + "/overrides/:id", .respond, "Takes an override or a swap back, from now on",
                remove),
            Endpoint(.post, Self.path + "/swaps", .respond, "Lets two people swap two shifts", swap),
            Endpoint(
                .get, Self.path + "/report", .viewOperations,
                "Hours, nights, weekends and shifts by person; from, through, schedule, format=json or csv", report),
        ] + calendarEndpoints
    }

    /// Now, on the clock of the operations core, which may be ahead.
    var nowMilliseconds: Int64 { max(clock.now().milliseconds, core.state.nowMilliseconds) }

    func ledger(_ context: SignalboxRequestContext) throws -> (name: String, ledger: OnCallLedger) {
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        guard let ledger = core.state.onCall.schedules[name] else {
            throw APIError(.notFound, "there is no schedule \(quoted(name))")
        }
        return (name, ledger)
    }

    /// Journalled once it is known that it can be.
    func perform(_ input: OnCallInput) async throws {
        if let refusal = core.state.refusal(of: input) { throw refusal }
        try await core.perform(.onCall(input))
    }

    func body<Wanted: Decodable>(_ type: Wanted.Type, _ request: Request) async throws -> Wanted {
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        do { return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be JSON: \(TokenAPI.place(error))")
        }
    }

    func time(_ text: String, _ name: String) throws -> Int64 {
        guard let time = RFC3339.parse(text) else {
            throw APIError(.badData, "\(name) must be an RFC 3339 time, not \(quoted(text))")
        }
        return time.milliseconds
    }

    /// `from` and `through`; days before and after now where they are not said.
    func range(_ form: FormParameters, before: Int64, after: Int64) throws -> (from: Int64, through: Int64) {
        let now = nowMilliseconds
        let from = try form["from"].map { try time($0, "from") } ?? now - before * 86_400_000
        let through = try form["through"].map { try time($0, "through") } ?? now + after * 86_400_000
        guard from < through, through - from <= Self.rangeMax.milliseconds else {
            throw APIError(.badData, "through must be after from, by 800 days at most")
        }
        return (from, through)
    }

    // MARK: Looking

    private func now(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let state = core.state
        let now = nowMilliseconds
        var json = JSONWriter()
        json.object { json in
            json.key("now")
            json.time(now)
            json.key("schedules")
            json.array { json in
                for (name, ledger) in state.onCall.schedules.sorted(by: { $0.key < $1.key }) where !ledger.isRetired {
                    json.object { json in
                        json.key("schedule")
                        json.string(name)
                        json.key("zone")
                        json.string(ledger.zone)
                        json.key("on_call")
                        json.shift(ledger.shift(at: now), state.configuration)
                        json.key("next")
                        json.shift(ledger.next(after: now), state.configuration)
                        json.key("gaps")
                        json.spans(ledger.gaps(from: now, through: .max))
                        json.key("knowledge_transfers_open")
                        json.integer(ledger.transfers.count { $0.doneAtMilliseconds == nil })
                    }
                }
            }
        }
        return .json(json)
    }

    private func show(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let (name, ledger) = try ledger(context)
        let (from, through) = try range(FormParameters(request.uri.query ?? ""), before: 7, after: 28)
        let configuration = core.state.configuration
        var json = JSONWriter()
        json.object { json in
            json.key("schedule")
            json.string(name)
            json.key("zone")
            json.string(ledger.zone)
            json.key("in_paging_file")
            json.bool(!ledger.isRetired)
            json.key("planned_through")
            json.time(ledger.plannedThroughMilliseconds)
            json.key("final")
            json.shifts(ledger.final(from: from, through: through), configuration)
            json.key("rotation")
            json.shifts(ledger.rotation(from: from, through: through), configuration)
            json.key("overrides")
            json.array { json in
                for override in ledger.overrides
                where override.fromMilliseconds < through && override.throughMilliseconds > from {
                    json.override(override)
                }
            }
            json.key("gaps")
            json.spans(ledger.gaps(from: max(from, nowMilliseconds), through: through))
            json.key("notes")
            json.array { json in for note in ledger.notes { json.note(note) } }
            json.key("knowledge_transfers")
            json.array { json in for transfer in ledger.transfers { json.transfer(transfer) } }
        }
        return .json(json)
    }
}
