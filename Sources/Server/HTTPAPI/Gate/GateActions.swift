package import Basics
package import Identity
package import Response
import SignalModel

/// What people and programs do at the gate, the same from every dialect and the console.
package struct GateActions: Sendable {
    package typealias Record = @Sendable (IdentityAuditEntry) async throws -> Void

    let core: OperationsCore
    private let currentStandings: @Sendable () -> [BudgetStanding]?
    private let currentSettings: @Sendable () -> GateSettings
    private let audit: Record
    let clock: any WallClock
    private let randomness: any Randomness
    private let rates: EventRates

    /// A person's name that a token gives.
    private static let personCharactersMax = 64

    /// `standings` are of all objectives as they were last evaluated, nil before that; `audit` is called before what it
    /// tells of, and a throw of it refuses that.
    package init(
        core: OperationsCore, standings: @escaping @Sendable () -> [BudgetStanding]?,
        settings: @escaping @Sendable () -> GateSettings, audit: @escaping Record, clock: any WallClock,
        randomness: any Randomness
    ) {
        self.core = core
        currentStandings = standings
        currentSettings = settings
        self.audit = audit
        self.clock = clock
        self.randomness = randomness
        rates = EventRates(clock: clock)
    }

    /// Refuses who asks too often: each question is a line of the journal.
    func admit(_ principal: Principal?) throws { try rates.take(principal?.id ?? "") }

    var standings: [BudgetStanding]? { currentStandings() }

    /// Now, on the clock of the operations core, which may be ahead.
    var nowMilliseconds: Int64 { max(clock.now().milliseconds, core.state.nowMilliseconds) }

    /// Writes nothing.
    package func decide(_ question: GateQuestion) -> GateDecision {
        DeployGate.decide(
            question, standings: currentStandings(),
            breakGlass: core.state.gate.glass(for: question, at: nowMilliseconds), settings: currentSettings())
    }

    /// Durable on return: what passed the gate, and what it refused, can be seen afterwards.
    package func record(_ record: GateRecord) async throws { try await core.perform(.gate(.asked(record))) }

    /// A critical fix without a reason is none: it is recorded so that somebody can read why.
    package static func refusal(of question: GateQuestion, because: String?) -> APIError? {
        let limit = GateLimits.nameBytesMax
        guard (1...limit).contains(question.service.utf8.count) else {
            return APIError(.badData, "service must have from 1 to \(limit) bytes")
        }
        guard question.environment.utf8.count <= limit else {
            return APIError(.badData, "environment has at most \(limit) bytes")
        }
        guard question.change == .criticalFix else { return nil }
        return isReason(because ?? "")
            ? nil
            : APIError(
                .badData,
                "a critical fix needs a reason of \(GateLimits.reasonCharactersMin) to "
                    + "\(GateLimits.reasonCharactersMax) characters")
    }

    package static func isReason(_ text: String) -> Bool {
        text.count { !$0.isWhitespace } >= GateLimits.reasonCharactersMin
            && text.count <= GateLimits.reasonCharactersMax
    }

    // MARK: Break-glass

    @discardableResult
    package func breakGlass(
        _ wish: BreakGlassWish, by principal: Principal?, from source: String
    ) async throws -> BreakGlass {
        let name = try named(wish.person, principal)
        let now = Timestamp(milliseconds: nowMilliseconds)
        guard (1...Self.minutesMax).contains(wish.minutes) else {
            throw APIError(.badData, "minutes must be from 1 to \(Self.minutesMax)")
        }
        let glass = BreakGlass(
            id: OnCallAPI.makeID(randomness), service: wish.service, environment: wish.environment, by: name,
            reason: wish.reason, at: now, expiresAt: now + .seconds(60 * Int64(wish.minutes)))
        if let refusal = core.state.refusal(of: .glassBroken(glass), at: now) { throw refusal }
        try await record(
            .glassBroken, principal, wish.service, source,
            [
                "id": glass.id, "environment": wish.environment, "by": name, "minutes": String(wish.minutes),
                "reason": wish.reason,
            ])
        try await core.perform(.gate(.glassBroken(glass)))
        return glass
    }

    package func restoreGlass(_ id: String, by principal: Principal?, from source: String) async throws {
        let input = GateInput.glassRestored(id: id, by: principal?.name ?? "")
        if let refusal = core.state.refusal(of: input, at: Timestamp(milliseconds: nowMilliseconds)) { throw refusal }
        let service = core.state.gate.glasses.last { $0.id == id }?.service ?? ""
        try await record(.glassRestored, principal, service, source, ["id": id])
        try await core.perform(.gate(input))
    }

    private static let minutesMax = 24 * 60

    /// A token is no person, and neither is anybody on this machine: somebody has to say who does it.
    private func named(_ person: String?, _ principal: Principal?) throws -> String {
        guard let principal else { throw APIError(.unauthorized, "a credential is needed") }
        if principal.kind == .user { return principal.name }
        let name = person ?? ""
        guard (1...Self.personCharactersMax).contains(name.count), !name.allSatisfy(\.isWhitespace) else {
            throw APIError(.badData, "break-glass needs a named person: sign in, or say who it is in person")
        }
        return "\(name) (\(principal.auditName))"
    }

    private func record(
        _ action: IdentityAuditEntry.Action, _ principal: Principal?, _ subject: String, _ source: String,
        _ details: [String: String]
    ) async throws {
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: principal?.auditName ?? "", action: action, subject: "service:\(subject)",
                source: source, details: details))
    }
}

/// What somebody who opens the gate asks for.
package struct BreakGlassWish: Sendable, Decodable {
    package var service: String
    /// Nil: in every environment.
    package var environmentName: String?
    package var reason: String
    package var minutes: Int
    /// Needed where the credential is nobody's own.
    package var person: String?

    package var environment: String { environmentName ?? "" }

    enum CodingKeys: String, CodingKey {
        case service, reason, minutes, person
        case environmentName = "environment"
    }

    package init(service: String, environment: String, reason: String, minutes: Int, person: String?) {
        self.service = service
        environmentName = environment
        self.reason = reason
        self.minutes = minutes
        self.person = person
    }
}
