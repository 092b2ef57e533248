import Basics
package import HTTPAPI
package import Identity
import Logging
import Notifiers
package import Response
import Rules
import StateStore
import Synchronization

extension ServerProcess {
    var gateActions: GateActions {
        let (audit, journalThread) = (SQLiteIdentityAudit(stateDatabase), journalThread)
        return GateActions(
            core: core, standings: { [self] in budgetStandings },
            settings: { [self] in configuration.withLock { $0.gate.settings } },
            audit: { entry in try await journalThread.run { try audit.record(entry) } }, clock: clock,
            randomness: SystemRandomness())
    }

    /// Everything that asks at the gate.
    func gateEndpoints(throttle: AddressThrottle) -> [Endpoint] {
        let identity = identity
        let isOpen = configuration.withLock { $0.identity.mode == .none }
        let authenticate: AuthenticationMiddleware.Authenticate = { try identity.principal(for: $0) }
        let actions = gateActions
        return GateAPI(actions: actions).endpoints
            + AdmissionAPI(
                actions: actions, authenticate: isOpen ? nil : authenticate, threads: ingestThreads,
                throttle: throttle,
                onProblem: { [logger] in logger.error("admission", metadata: ["reason": "\($0)"]) }
            ).endpoints
            + GitHubGateAPI(
                actions: actions, settings: { [self] in configuration.withLock { $0.gate.github } },
                reviewer: GitHubDeploymentReviewer(transports), throttle: throttle
            ).endpoints
    }

    /// Every objective as it was last counted, as the gate sees it; nil: none was yet.
    var budgetStandings: [BudgetStanding]? {
        budgets?.map { standing in
            BudgetStanding(
                objective: standing.objective, service: standing.service, state: standing.policyState.gated,
                consumed: standing.consumed, coverage: standing.coverage,
                sinceMilliseconds: standing.policySince.milliseconds,
                easesAtMilliseconds: standing.easesAt?.milliseconds, decides: standing.decides,
                problem: standing.problem)
        }
    }

    package func gateDecision(service: String) -> GateDecision {
        let gated = configuration.withLock { $0.gate.settings.environments }
        return gateActions.decide(GateQuestion(service: service, environment: gated.min() ?? ""))
    }

    package func breakGlass(_ wish: BreakGlassWish, by principal: Principal?, from source: String) async throws {
        try await gateActions.breakGlass(wish, by: principal, from: source)
    }

    package func restoreGlass(_ id: String, by principal: Principal?, from source: String) async throws {
        try await gateActions.restoreGlass(id, by: principal, from: source)
    }
}

extension BudgetPolicyState {
    fileprivate var gated: BudgetStanding.State {
        switch self {
        case .normal: .normal
        case .caution: .caution
        case .criticalFixesOnly: .criticalFixesOnly
        case .frozen: .frozen
        }
    }
}
