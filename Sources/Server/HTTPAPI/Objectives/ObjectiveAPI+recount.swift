import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import Rules
import SignalModel

/// Counting an objective anew, as after samples were deleted or imported.
extension ObjectiveAPI {
    private struct Wanted: Decodable {
        var from: String?
        var countsOfVersion: Int?
        var reason: String

        enum CodingKeys: String, CodingKey {
            case from, reason
            case countsOfVersion = "counts_of_version"
        }
    }

    func recount(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try name(context)
        guard let author = context.principal else { throw APIError(.unauthorized, "this needs an author") }
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        let wanted: Wanted
        do { wanted = try JSONDecoder().decode(Wanted.self, from: Data(bytes.readableBytesView)) } catch {
            throw APIError(
                .badData, "the body must be JSON with reason, and from or counts_of_version: \(TokenAPI.place(error))"
            )
        }
        let reason = try Self.reason(wanted.reason)
        let base: ObjectiveEngine.RecountBase
        switch (wanted.from, wanted.countsOfVersion) {
        case (let from?, nil): base = .samples(from: try Self.time(from, "from"))
        case (nil, let version?): base = .version(version)
        default: throw APIError(.badData, "give either from or counts_of_version")
        }
        let made = try await objectives.recount(name, base, by: author.auditName, reason: reason)
        var json = JSONWriter()
        json.object { json in
            json.key("version")
            json.integer(made.version)
            json.key("recount")
            if let recount = made.recount { json.recount(recount) } else { json.null() }
        }
        return .json(json, status: .created)
    }
}
