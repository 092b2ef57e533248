import Basics
import HTTPAPI
import Hummingbird
import Identity
import Response
import SignalModel

/// Who is on call, and what people change about it.
extension ConsoleRoutes {
    func onCallPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = OnCallView(
            backend.operations, zone: backend.zone, now: clock.now(), mayRespond: mayRespond(context))
        return try screen(view, "oncall", .oncall, request, context, isLive: true)
    }

    /// What a form of the page asks for.
    enum OnCallAction: String, CaseIterable {
        case override, swap, remove, done, note
    }

    func change(
        _ action: OnCallAction, _ request: Request, _ context: SignalboxRequestContext
    ) async throws -> Response {
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        let form = try await form(request)
        try await requireOwnForm(form, request, context)
        guard let ledger = backend.operations.onCall.schedules[name] else {
            throw APIError(.notFound, "There is no schedule \(quoted(name)).")
        }
        let by = context.principal?.name ?? ""
        let id = form["id"] ?? ""
        let input: OnCallInput =
            switch action {
            case .override: .overridden([try override(name, ledger, form, by: by)])
            case .swap: .overridden(try swap(name, ledger, form, by: by))
            case .remove: .overrideRemoved(schedule: name, id: id, by: by)
            case .done: .transferDone(schedule: name, id: id, by: by, notes: form["notes"] ?? "")
            case .note: .noted(schedule: name, by: by, text: form["note"] ?? "")
            }
        try await backend.change(input)
        return ConsoleResponse.redirect(to: "/oncall")
    }

    private func override(
        _ schedule: String, _ ledger: OnCallLedger, _ form: FormParameters, by: String
    ) throws -> OnCallOverride {
        let zone = backend.zone(ledger.zone) ?? .utc
        let now = clock.now().milliseconds
        let from = form["from"] ?? ""
        return OnCallOverride(
            id: backend.makeID(), schedule: schedule, person: form["person"] ?? "",
            fromMilliseconds: from.isEmpty ? now : max(now, try local(from, "From", zone)),
            throughMilliseconds: try local(form["through"] ?? "", "Until", zone), by: by, why: form["why"] ?? "")
    }

    private func swap(
        _ schedule: String, _ ledger: OnCallLedger, _ form: FormParameters, by: String
    ) throws -> [OnCallOverride] {
        let now = clock.now().milliseconds
        // The shift as the form showed it; nobody swaps what has another's name on it by now.
        let times = try ["shift", "with"].map { field -> Int64 in
            let parts = (form[field] ?? "").split(separator: "/", maxSplits: 1)
            guard parts.count == 2, let from = Int64(parts[0]) else {
                throw APIError(.badData, "\(field) must be a shift of the list")
            }
            guard ledger.shift(at: max(from, now))?.person == String(parts[1]) else {
                throw APIError(
                    .badData, "That shift is not \(parts[1])'s any more. Look again, and swap what is there now.")
            }
            return max(from, now)
        }
        return try ledger.swap(
            schedule, at: times[0], with: times[1], by: by, why: form["why"] ?? "", now: now, makeID: backend.makeID)
    }

    /// `2026-12-01T09:00`, as browsers send it, on the schedule's clocks.
    private func local(_ text: String, _ name: String, _ zone: ZoneRules) throws -> Int64 {
        guard let time = RFC3339.parse(text + (text.utf8.count == 16 ? ":00Z" : "Z")) else {
            throw APIError(.badData, "\(name) must be a date and a time such as 2026-12-01T09:00")
        }
        return zone.instant(ofLocalSeconds: time.wholeSeconds).milliseconds
    }
}
