package import Basics
package import Console
import Response
package import Rules
import Synchronization

/// Objectives as the gate, the console and reports see them.
extension ServerProcess {
    /// Nil while there are some that were not judged yet.
    package var budgets: [ObjectiveStanding]? {
        let standings = objectiveStandings
        let isExpected = configuration.withLock { !$0.objectives.isEmpty }
        return standings.isEmpty && isExpected ? nil : standings
    }

    package func budgetHistory(
        _ objective: String, from: Timestamp, to: Timestamp, stepMinutes: Int64
    ) async throws -> [BudgetPoint] {
        let points = try await objectives.history(objective, from: from, to: to, stepMinutes: stepMinutes) ?? []
        return points.map {
            BudgetPoint(
                start: $0.start, end: $0.end, bad: $0.badCount, total: $0.totalCount, minutes: $0.minutes,
                consumed: $0.consumed)
        }
    }

    private static let dayMinutes: Int64 = 1440

    /// What each objective counted from one midnight to another, UTC.
    func objectiveFigures(from: Timestamp, to: Timestamp) async throws -> [ObjectiveFigure] {
        var figures: [ObjectiveFigure] = []
        for standing in objectiveStandings {
            let days = try await objectives.history(
                standing.objective, from: from, to: to, stepMinutes: Self.dayMinutes)
            let total = max(0, days?.reduce(0) { $0 + $1.totalCount } ?? 0)
            let bad = min(total, max(0, days?.reduce(0) { $0 + $1.badCount } ?? 0))
            figures.append(
                ObjectiveFigure(
                    objective: standing.objective, service: standing.service, kind: standing.kind.agreed,
                    target: standing.target, goodCount: UInt64(total - bad), totalCount: UInt64(total)))
        }
        return figures
    }
}

extension ObjectiveKind {
    fileprivate var agreed: ObjectiveFigure.Kind {
        switch self {
        case .requestAvailability, .timeAvailability: .availability
        case .errorRate: .errorRate
        case .latency: .latency
        }
    }
}
