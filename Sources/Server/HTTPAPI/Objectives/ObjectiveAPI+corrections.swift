import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import Response
import Rules
import SignalModel

/// Minutes that do not count, as of planned maintenance. The counts themselves are never edited.
extension ObjectiveAPI {
    private struct Wanted: Decodable {
        var from: String
        var to: String
        var reason: String
    }

    static let bodyBytesMax = 16 << 10
    private static let reasonCharactersMax = 1000
    /// A correction further ahead is refused: it is a maintenance window then.
    private static let aheadMax = Duration.seconds(90 * 86_400)
    /// A longer one is refused: that is an objective to change.
    private static let lengthMax = Duration.seconds(31 * 86_400)

    func correct(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try name(context)
        guard await objectives.objective(name) != nil, let record = journal.book.records[name] else {
            throw Self.missing(name)
        }
        guard let author = context.principal else { throw APIError(.unauthorized, "a correction needs an author") }
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        let wanted: Wanted
        do { wanted = try JSONDecoder().decode(Wanted.self, from: Data(bytes.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be JSON with from, to and reason: \(TokenAPI.place(error))")
        }
        let (from, to) = (try Self.time(wanted.from, "from"), try Self.time(wanted.to, "to"))
        let now = clock.now()
        guard from < to, to - from <= Self.lengthMax else {
            throw APIError(.badData, "to must be after from, by at most 31 days")
        }
        let oldest = now - .seconds(CountsStore.retentionDays * 86_400)
        guard from >= oldest, to <= now + Self.aheadMax else {
            throw APIError(
                .badData,
                "from must not be before \(RFC3339.format(oldest)), nor to after \(RFC3339.format(now + Self.aheadMax))"
            )
        }
        let reason = try Self.reason(wanted.reason)
        // Turns of maintenance windows come and go by themselves.
        let others = record.corrections.count {
            $0.revoked == nil && !$0.by.hasPrefix(MaintenanceWindow.authorPrefix)
        }
        guard others < ObjectiveBook.correctionsMax else {
            throw APIError(.conflict, "an objective has at most \(ObjectiveBook.correctionsMax) corrections")
        }
        let digits = String(randomness.next(), radix: 16)
        let correction = ObjectiveCorrection(
            id: String(repeating: "0", count: 16 - digits.count) + digits, objective: name,
            fromMilliseconds: from.milliseconds, toMilliseconds: to.milliseconds, reason: reason,
            by: author.auditName, atMilliseconds: now.milliseconds)
        try await journal.record(.corrected(correction))
        var json = JSONWriter()
        json.correction(correction)
        return .json(json, status: .created)
    }

    func revoke(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = try name(context)
        let id = try context.parameters.require("id")
        let found = journal.book.records[name]?.corrections.first { $0.id == id && $0.revoked == nil }
        guard found != nil else {
            throw APIError(.notFound, "there is no correction \(quoted(id)) of \(quoted(name))")
        }
        guard let author = context.principal else { throw APIError(.unauthorized, "this needs an author") }
        let reason = try Self.reason(try FormParameters(request.uri.query ?? "")["reason"] ?? "")
        try await journal.record(
            .correctionRevoked(
                objective: name, id: id, by: author.auditName, reason: reason,
                atMilliseconds: clock.now().milliseconds))
        return Response(status: .noContent)
    }

    static func reason(_ text: String) throws -> String {
        guard !text.allSatisfy(\.isWhitespace), text.count <= reasonCharactersMax else {
            throw APIError(.badData, "reason must say why, in at most \(reasonCharactersMax) characters")
        }
        return text
    }
}
