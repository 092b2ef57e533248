package import Basics
package import SignalModel

/// Counts the events of one objective by minute from raw samples, to the event.
///
/// A counter's growth from one sample to the next belongs to the later one's minute; one that fell began anew at zero.
/// Nothing is extrapolated. So the sum over any minutes is what the counter grew by, however often it is counted, and
/// counting a minute again when late samples have come gives what it would have been.
package struct EventCounter: Sendable {
    private let objective: Objective
    private var memory = CounterMemory()

    package struct Findings: Sendable {
        /// One for each minute that was asked for; nil when the objective cannot be counted as it is.
        package var minutes: [MinuteCount?]?
        /// Why, or why some minutes are without data.
        package var problem: String?
    }

    package init(_ objective: Objective) { self.objective = objective }

    /// The minute before which it knows the last samples; nil: nothing yet.
    var remembered: Int64? { memory.minute }

    /// Counts minutes `from` up to, not including, `to`. Later calls ask for nothing before `next`; one that does
    /// begins from scratch. Blocks; throws what the store throws, and can be repeated then.
    package mutating func count(
        from: Int64, to: Int64, next: Int64, in source: any SampleSource
    ) throws -> Findings {
        var run = CountingRun(from: from, to: to, next: next, memory: memory)
        do {
            switch objective.indicator {
            case .ratio(let part, let sum, let total, let reading):
                try run.add(total, to: .total, reading, in: source)
                try run.add(sum, to: .part, reading, in: source)
                // Good events that ended with their last series are none; ones that never were are a slip of the pen.
                if part == .good, !run.found(.part), run.found(.total), !run.isKnown(.part) {
                    throw CountingProblem("no series match the good events: \(sum)")
                }
            case .threshold(let sum, let threshold): try run.addHistograms(sum, threshold, in: source)
            }
            run.settleFirstSamples()
        } catch let problem as CountingProblem {
            memory = CounterMemory()
            return Findings(minutes: nil, problem: problem.description)
        }
        if !run.found(.total), !run.isKnown(.total) { run.note("no series match \(totalText)") }
        memory = run.memoryAfter
        return Findings(minutes: judge(run), problem: run.problem)
    }

    private var totalText: String {
        switch objective.indicator {
        case .ratio(_, _, let total, _): "all events: \(total)"
        case .threshold(let sum, _): "\(sum)"
        }
    }

    private func judge(_ run: CountingRun) -> [MinuteCount?] {
        var isGood = true
        if case .ratio(.bad, _, _, _) = objective.indicator { isGood = false }
        return run.covered.indices.map { place in
            guard run.covered[place] else { return nil }
            let total = run.counts(.total)[place]
            let part = run.counts(.part)[place]
            let bad = isGood ? total - part : part
            switch objective.method {
            // A negative total cannot be: sums that are subtracted were counted in another minute. It evens out there.
            case .occurrences: return MinuteCount(bad: bad, total: max(0, total))
            case .timeSlices(let target):
                let isKept = total <= 0 || Double(total - bad) >= target * Double(total)
                return MinuteCount(bad: isKept ? 0 : 1, total: 1)
            }
        }
    }
}

/// Why an objective cannot be counted as it is.
struct CountingProblem: Error, Sendable, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
