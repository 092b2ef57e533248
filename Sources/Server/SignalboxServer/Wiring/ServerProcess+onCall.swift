import Basics
import HTTPAPI
import Logging
import Response
import Synchronization

extension ServerProcess {
    private static let planAgain = Duration.seconds(86_400)
    private static let planAgainAfterFailure = Duration.seconds(60)

    /// Hands the operations core the shifts of the time to come, when they are others than it has.
    func planOnCall(_ paging: PagingSettings) async throws {
        let now = max(clock.now(), core.state.now)
        let plans = try await ruleThreads.run { paging.plans(at: now) }
        let state = core.state
        if state.onCall.differs(from: plans, at: max(now.milliseconds, state.nowMilliseconds)) {
            try await core.perform(.onCall(.planned(plans)))
        }
        for problem in paging.schedules.compactMap({ $0.gapProblem(at: now) }) {
            logger.warning("nobody is on call", metadata: ["reason": "\(problem)"])
        }
    }

    /// So far ahead the turns of maintenance windows are silences: a week's, with a day to plan anew.
    private static let maintenanceHorizon = Duration.seconds(8 * 86_400)

    /// Makes silences of the maintenance windows' turns to come.
    func planMaintenance(_ paging: PagingSettings) async throws {
        let state = core.state
        let now = max(clock.now(), state.now)
        let inputs = state.maintenance(paging.maintenance, from: now, through: now + Self.maintenanceHorizon)
        for input in inputs { try await core.perform(input) }
    }

    /// Once a day, so that the horizons move on.
    func keepOnCallPlanned() async throws {
        var wait = Self.planAgain
        while true {
            try await clock.sleep(until: clock.now() + wait)
            do {
                let paging = configuration.withLock { $0.paging }
                try await planOnCall(paging)
                try await planMaintenance(paging)
                wait = Self.planAgain
            } catch {
                logger.error("planning of schedules", metadata: ["reason": "\(error)"])
                wait = Self.planAgainAfterFailure
            }
        }
    }
}
