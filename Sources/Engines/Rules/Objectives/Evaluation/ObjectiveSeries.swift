import Basics
import SignalModel

/// Standings as series, for dashboards: names and meanings as Sloth's rules have them, where it has them.
enum ObjectiveSeries {
    /// `time` is later than any that was written before: a minute may be judged twice, and a sample is never replaced.
    static func add(
        _ standing: ObjectiveStanding, of objective: Objective, at time: Timestamp, _ context: ObjectiveContext,
        to batch: inout SampleBatch
    ) {
        var base = LabelsBuilder(context.externalLabels)
        objective.labels.forEach { base.set($0, $1) }
        base.set("objective", objective.name)
        base.set("service", objective.service)
        func add(_ name: String, _ value: Double) {
            var builder = base
            builder.set(Labels.metricName, name)
            batch.beginSeries(builder.labels())
            batch.append(Sample(timestamp: time, value: value))
        }
        add("slo:objective:ratio", standing.target)
        add("slo:error_budget:ratio", ErrorBudget.share(standing.target))
        add("slo:time_period:days", objective.window.length.seconds / 86_400)
        add("slo:period_error_budget_remaining:ratio", standing.remaining)
        add("slo:period_burn_rate:ratio", standing.consumed)
        add("slo:period_events_bad:count", Double(standing.badCount))
        add("slo:period_events_total:count", Double(standing.totalCount))
        add("slo:period_coverage:ratio", standing.coverage)
        add("slo:budget_policy:state", Double(BudgetPolicyState.allCases.firstIndex(of: standing.policyState) ?? 0))
        if let shortest = standing.burnRates.first { add("slo:current_burn_rate:ratio", shortest.rate) }
        for burn in standing.burnRates {
            let ratio = burn.totalCount == 0 ? 0 : Double(burn.badCount) / Double(burn.totalCount)
            add("slo:sli_error:ratio_rate" + DurationText.text(milliseconds: burn.window.milliseconds), ratio)
        }
    }

    /// Ends the series of objectives that are gone.
    static func staleMarkers(for labels: [Labels], at time: Timestamp) -> SampleBatch {
        var batch = SampleBatch()
        for series in labels {
            batch.beginSeries(series)
            batch.append(Sample(timestamp: time, value: StaleMarker.value))
        }
        return batch
    }

    static func labels(in batch: SampleBatch) -> Set<Labels> { Set(batch.entries.map { batch.labels(of: $0) }) }
}
