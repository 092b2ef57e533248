package import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import Response
import SignalModel

/// What people change: overrides, swaps, notes.
extension OnCallAPI {
    private struct WantedOverride: Decodable {
        var schedule: String
        var person: String
        /// Now when left out.
        var from: String?
        var through: String
        var why: String?
    }

    func override(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let wanted = try await body(WantedOverride.self, request)
        let override = OnCallOverride(
            id: makeID(), schedule: wanted.schedule, person: wanted.person,
            fromMilliseconds: max(try wanted.from.map { try time($0, "from") } ?? nowMilliseconds, nowMilliseconds),
            throughMilliseconds: try time(wanted.through, "through"), by: context.principal?.name ?? "",
            why: wanted.why ?? "")
        try await perform(.overridden([override]))
        var json = JSONWriter()
        json.override(override)
        return .json(json, status: .created)
    }

    private struct WantedSwap: Decodable {
        var schedule: String
        /// A time within the one shift, and one within the other.
        var shift: String
        var with: String
        var why: String?
    }

    func swap(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let wanted = try await body(WantedSwap.self, request)
        guard let ledger = core.state.onCall.schedules[wanted.schedule] else {
            throw APIError(.notFound, "there is no schedule \(quoted(wanted.schedule))")
        }
        let halves = try ledger.swap(
            wanted.schedule, at: try time(wanted.shift, "shift"), with: try time(wanted.with, "with"),
            by: context.principal?.name ?? "", why: wanted.why ?? "", now: nowMilliseconds, makeID: makeID)
        try await perform(.overridden(halves))
        var json = JSONWriter()
        json.object { json in
            json.key("id")
            json.string(halves.first?.swap ?? "")
            json.key("overrides")
            json.array { json in for half in halves { json.override(half) } }
        }
        return .json(json, status: .created)
    }

    func remove(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        let schedule = core.state.onCall.schedules.first { _, ledger in
            ledger.overrides.contains { $0.id == id || $0.swap == id }
        }
        guard let schedule else { throw APIError(.notFound, "there is no override \(quoted(id))") }
        try await perform(.overrideRemoved(schedule: schedule.key, id: id, by: context.principal?.name ?? ""))
        return Response(status: .noContent)
    }

    private struct WantedNote: Decodable {
        var text: String
    }

    func note(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let (name, _) = try ledger(context)
        let wanted = try await body(WantedNote.self, request)
        try await perform(.noted(schedule: name, by: context.principal?.name ?? "", text: wanted.text))
        return Response(status: .noContent)
    }

    private struct WantedFinish: Decodable {
        var notes: String?
    }

    func finish(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let (name, _) = try ledger(context)
        let id = try context.parameters.require("id")
        let wanted = try await body(WantedFinish.self, request)
        try await perform(
            .transferDone(schedule: name, id: id, by: context.principal?.name ?? "", notes: wanted.notes ?? ""))
        return Response(status: .noContent)
    }

    func makeID() -> String { Self.makeID(randomness) }

    /// Sixteen hex digits.
    package static func makeID(_ randomness: any Randomness) -> String {
        let digits = String(randomness.next(), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
