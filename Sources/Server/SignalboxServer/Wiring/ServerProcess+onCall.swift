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

    /// Once a day, so that the horizon moves on.
    func keepOnCallPlanned() async throws {
        var wait = Self.planAgain
        while true {
            try await clock.sleep(until: clock.now() + wait)
            do {
                try await planOnCall(configuration.withLock { $0.paging })
                wait = Self.planAgain
            } catch {
                logger.error("planning of schedules", metadata: ["reason": "\(error)"])
                wait = Self.planAgainAfterFailure
            }
        }
    }
}
