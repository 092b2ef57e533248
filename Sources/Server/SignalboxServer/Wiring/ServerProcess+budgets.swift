package import Basics
package import Console
import Response
package import Rules

extension ServerProcess {
    package var budgets: [ObjectiveStanding]? { nil }

    package func budgetHistory(
        _ objective: String, from: Timestamp, to: Timestamp, stepMinutes: Int64
    ) async throws -> [BudgetPoint] { [] }

    func objectiveFigures(from: Timestamp, to: Timestamp) async throws -> [ObjectiveFigure] { [] }
}
