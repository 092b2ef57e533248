package import Basics

/// A stretch of an objective's past.
package struct ObjectivePoint: Sendable, Hashable {
    package var start: Timestamp
    package var end: Timestamp
    /// Of the stretch; without minutes that are left out.
    package var badCount: Int64
    package var totalCount: Int64
    /// With data.
    package var minutes: Int
    /// Share of the budget that was spent at the end, over the window that ended there.
    package var consumed: Double
}

/// What an older or the latest version of an objective says of the window as it is now.
package struct ObjectiveReading: Sendable, Hashable {
    package var definition: ObjectiveDefinition
    package var badCount: Int64
    package var totalCount: Int64
    package var consumed: Double
}

extension ObjectiveEngine {
    /// Stretches of `step` minutes from `from` up to `to`, oldest first. Nil for an objective that is not configured.
    package func history(
        _ name: String, from: Timestamp, to: Timestamp, stepMinutes: Int64
    ) async throws -> [ObjectivePoint]? {
        guard let objective = objective(name), let record = journal.book.records[name],
            let series = record.versions.last?.series
        else { return nil }
        let (store, corrections) = (store, record.corrections)
        return try await blocking {
            let counts = CountedMinutes(store: store, series: series, corrections: corrections)
            let (first, last) = (floorDivide(from.minute, stepMinutes) * stepMinutes, to.minute)
            return stride(from: first, to: last, by: Int64.Stride(stepMinutes)).map { start in
                let end = min(start + stepMinutes, last)
                let sum = counts.sum(from: start, to: end)
                let judgement = ObjectiveJudgement(objective: objective, counts: counts, end: end)
                return ObjectivePoint(
                    start: Timestamp(milliseconds: start * Minute.milliseconds),
                    end: Timestamp(milliseconds: end * Minute.milliseconds), badCount: sum.bad, totalCount: sum.total,
                    minutes: sum.minutes, consumed: judgement.consumed(atEndOf: end))
            }
        }
    }

    /// All versions, oldest first, each with what it would say now: what a change of the promise did to the budget.
    package func readings(_ name: String, at time: Timestamp) async throws -> [ObjectiveReading] {
        guard let record = journal.book.records[name] else { return [] }
        let (store, objective) = (store, objective(name))
        return try await blocking {
            record.versions.map { version in
                let counts = CountedMinutes(
                    store: store, series: version.series, corrections: record.corrections)
                let window = version.rollingMilliseconds.map { ObjectiveWindow.rolling(.milliseconds($0)) }
                let start = (window ?? objective?.window)?.bounds(at: time).start ?? time
                let sum = counts.sum(from: start.minute, to: time.minute)
                let budget = ErrorBudget.share(version.target) * Double(sum.total)
                return ObjectiveReading(
                    definition: version, badCount: sum.bad, totalCount: sum.total,
                    consumed: budget > 0 ? max(0, Double(sum.bad)) / budget : 0)
            }
        }
    }
}
