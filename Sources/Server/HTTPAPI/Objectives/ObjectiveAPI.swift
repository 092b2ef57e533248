package import Basics
import HTTPTypes
import Hummingbird
import Identity
package import Rules
import SignalModel

/// `/ops/v1/objectives`: what was promised, how it stands, how it came to that.
package struct ObjectiveAPI: Sendable {
    let objectives: ObjectiveEngine
    let journal: any ObjectiveJournal
    let clock: any WallClock
    let randomness: any Randomness

    /// Stretches in one answer; more are refused.
    private static let pointsMax: Int64 = 3000
    private static let resolutions: [String: Int64] = ["minute": 1, "hour": 60, "day": 1440]

    package init(
        objectives: ObjectiveEngine, journal: any ObjectiveJournal, clock: any WallClock,
        randomness: any Randomness
    ) {
        self.objectives = objectives
        self.journal = journal
        self.clock = clock
        self.randomness = randomness
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/objectives"
        return [
            Endpoint(
                .get, path, .viewOperations, "Objectives and how they stand as of the latest minute; service", list),
            Endpoint(
                .get, path + "/:name", .viewOperations,
                "One objective with its versions, corrections, transitions and past; from, to, resolution=hour", one),
            Endpoint(
                .post, path + "/:name/corrections", .editRules,
                "Leaves minutes out, as of planned maintenance; body: from, to, reason", correct),
            Endpoint(
                .delete, path + "/:name/corrections/:id", .editRules, "Takes a correction back; reason", revoke),
            Endpoint(
                .post, path + "/:name/recount", .editRules,
                "Counts an objective anew as another version; body: reason, and from or counts_of_version", recount),
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let service = try FormParameters(request.uri.query ?? "")["service"]
        let found = objectives.standings.filter { service == nil || $0.service == service }
        var json = JSONWriter()
        json.object { json in
            json.key("objectives")
            json.array { json in
                for standing in found { json.object { $0.standing(standing) } }
            }
            // Why the latest minute could not be counted, judged or written whole.
            json.key("failure")
            if let failure = objectives.statistics.failure { json.string(failure) } else { json.null() }
        }
        return .json(json)
    }

    private func one(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try name(context)
        guard let objective = await objectives.objective(name), let record = journal.book.records[name] else {
            throw Self.missing(name)
        }
        let form = try FormParameters(request.uri.query ?? "")
        let now = clock.now()
        let standing = objectives.standings.first { $0.objective == name }
        let to = try form["to"].map { try Self.time($0, "to") } ?? standing?.at ?? now
        let from = try form["from"].map { try Self.time($0, "from") } ?? to - objective.window.length
        let wanted = form["resolution"] ?? "hour"
        guard let step = Self.resolutions[wanted] else {
            throw APIError(.badData, "resolution must be minute, hour or day, not \(quoted(wanted))")
        }
        guard from < to, (to - from).milliseconds / 60_000 / step <= Self.pointsMax else {
            throw APIError(
                .badData, "from must be before to, by at most \(Self.pointsMax) stretches of a \(wanted)")
        }
        let history = try await objectives.history(name, from: from, to: to, stepMinutes: step) ?? []
        let readings = try await objectives.readings(name, at: standing?.at ?? now)
        var json = JSONWriter()
        json.object { json in
            if let standing { json.standing(standing) } else { json.unjudged(objective) }
            json.definition(objective)
            json.record(record, readings)
            json.history(history)
        }
        return .json(json)
    }

    func name(_ context: SignalboxRequestContext) throws -> String {
        FormParameters.decode(pathPart: try context.parameters.require("name"))
    }

    static func missing(_ name: String) -> APIError {
        APIError(.notFound, "there is no objective \(quoted(name)) in the files under objectives")
    }

    static func time(_ text: String, _ name: String) throws -> Timestamp {
        guard let time = RFC3339.parse(text) else {
            throw APIError(.badData, "\(name) must be an RFC 3339 time, not \(quoted(text))")
        }
        return time
    }
}
