import Basics
import HTTPAPI
import Response

/// What a person may do about a page.
enum PageActions: String, Sendable, CaseIterable {
    case acknowledge
    case resolve
    case snooze
    case escalate
    case note

    /// Longer notes are refused: the place for them is a document that the note links.
    static let noteCharactersMax = 4000
    /// Longer, and it is no longer a snooze but a page nobody wants: resolve it or change the rule.
    static let snoozeMinutesMax = 7 * 24 * 60

    func input(page: String, by actor: String, _ form: FormParameters, now: Timestamp) throws -> OperationsInput {
        let note = form["note"] ?? ""
        guard note.count <= Self.noteCharactersMax else {
            throw APIError(.badData, "a note has at most \(Self.noteCharactersMax) characters")
        }
        switch self {
        case .acknowledge: return .acknowledged(page: page, by: actor, note: note)
        case .resolve: return .resolved(page: page, by: actor, note: note)
        case .escalate: return .escalated(page: page, by: actor)
        case .note:
            guard !note.allSatisfy(\.isWhitespace) else { throw APIError(.badData, "the note is empty") }
            return .noted(page: page, by: actor, text: note)
        case .snooze:
            guard let minutes = form["minutes"].flatMap({ Int64($0) }), 1...Int64(Self.snoozeMinutesMax) ~= minutes
            else { throw APIError(.badData, "a snooze lasts from 1 to \(Self.snoozeMinutesMax) minutes") }
            return .snoozed(
                page: page, by: actor, untilMilliseconds: (now + .seconds(60 * minutes)).milliseconds)
        }
    }
}
