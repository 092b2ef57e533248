package import Alerting
package import Basics
package import Identity
package import Response

/// Making, ending and agreeing to silences, the same from every dialect and the console: refused when it cannot be,
/// recorded in the audit trail, then durable and applied.
package struct SilenceActions: Sendable {
    package typealias Record = @Sendable (IdentityAuditEntry) async throws -> Void

    private let core: OperationsCore
    private let audit: Record
    private let clock: any WallClock
    private let randomness: any Randomness

    /// Longer matchers are cut in the audit trail; the journal has them whole.
    private static let auditCharactersMax = 500

    /// `audit` is called before what it tells of, and a throw of it refuses that.
    package init(
        core: OperationsCore, audit: @escaping Record, clock: any WallClock, randomness: any Randomness
    ) {
        self.core = core
        self.audit = audit
        self.clock = clock
        self.randomness = randomness
    }

    /// The id of the silence that stands afterwards.
    @discardableResult
    package func make(_ draft: SilenceDraft, by principal: Principal?, from source: String) async throws -> String {
        var draft = draft
        draft.author = try author(principal)
        if let refusal = core.state.refusal(of: draft, at: clock.now()) { throw refusal }
        let newID = Self.uuid(randomness)
        let subject = draft.matchers.map(\.keyText).joined(separator: ",")
        try await record(.silenceSet, principal, subject, source)
        try await core.perform(.silenced(draft, newID: newID))
        return core.state.routing.silences.silences[newID] == nil ? draft.id : newID
    }

    package func end(_ id: String, by principal: Principal?, from source: String) async throws {
        guard core.state.routing.silences.silences[id] != nil else {
            throw AlertingError(.notFound, "silence \(id) not found")
        }
        try await record(.silenceExpired, principal, id, source)
        try await core.perform(.silenceExpired(id: id, by: try author(principal)))
    }

    package func approve(_ id: String, by principal: Principal?, from source: String) async throws {
        let person = try author(principal)
        let now = clock.now().milliseconds
        if let refusal = core.state.routing.silences.refusalOfApproval(id, by: person, at: now) { throw refusal }
        try await record(.silenceApproved, principal, id, source)
        try await core.perform(.silenceApproved(id: id, by: person))
    }

    private func author(_ principal: Principal?) throws -> String {
        guard let principal else { throw APIError(.unauthorized, "a credential is needed") }
        return principal.auditName
    }

    private func record(
        _ action: IdentityAuditEntry.Action, _ principal: Principal?, _ subject: String, _ source: String
    ) async throws {
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: try author(principal), action: action,
                subject: String(subject.prefix(Self.auditCharactersMax)), source: source))
    }

    /// RFC 9562, version 4.
    private static func uuid(_ randomness: any Randomness) -> String {
        var bytes = randomness.bytes(16)
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        return text
    }
}
