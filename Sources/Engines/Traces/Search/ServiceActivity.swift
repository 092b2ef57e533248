package import Basics
package import Logs

/// What a service, or one of its operations, had to do: spans that are requests to it, weighted by the rate with which
/// they were sampled.
package struct ServiceActivity: Sendable, Hashable {
    package var service: String
    /// Empty where all of a service are together.
    package var operation: String
    package var requestCount: Double
    package var errorCount: Double
    package var durations: DurationSketch
    /// Of each step of the time asked for.
    package var requests: [Double]
    package var errors: [Double]
    /// The same of durations, where they were asked for and there was room; else empty.
    package var stepDurations: [DurationSketch]
}

extension TraceReader {
    package struct ActivityRequest: Sendable {
        package var times: Range<Int64>
        package var filter: LogFilter
        /// Steps of equal length that `times` is divided into.
        package var steps: Int
        package var isByOperation: Bool
        /// All spans rather than requests: what a service does itself and asks of others too.
        package var isOfAllSpans: Bool
        /// Durations of each step too.
        package var hasStepDurations: Bool

        package init(
            times: Range<Int64>, filter: LogFilter = .all, steps: Int = 1, isByOperation: Bool = false,
            isOfAllSpans: Bool = false, hasStepDurations: Bool = false
        ) {
            self.times = times
            self.filter = filter
            self.steps = steps
            self.isByOperation = isByOperation
            self.isOfAllSpans = isOfAllSpans
            self.hasStepDurations = hasStepDurations
        }
    }

    package struct Activities: Sendable {
        /// By the time they took together, most first: where it is worth to look.
        package var groups: [ServiceActivity]
        package var steps: TimeSteps
        /// There were more services or operations than are counted, or than have durations of steps.
        package var isTruncated = false
    }

    /// Further services or operations are not counted.
    package static let activitiesMax = 20_000
    /// Services beyond it have no durations of steps: each takes a few hundred bytes.
    package static let stepDurationsMax = 100_000

    /// The steps of counts over time.
    static func steps(_ times: Range<Int64>, _ count: Int) throws(LogQueryError) -> TimeSteps {
        guard let steps = TimeSteps(times, count: count) else {
            throw LogQueryError(.argument, "counts over time need a start and an end")
        }
        return steps
    }

    package func activity(_ request: ActivityRequest) throws(LogQueryError) -> Activities {
        let steps = try Self.steps(request.times, request.steps)
        var places: [[String]: Int] = [:]
        var groups: [ServiceActivity] = []
        var isTruncated = false
        let query = query(request.filter, times: request.times)
        try store.snapshot().visit(query) { view throws(LogQueryError) in
            let columns = try SpanColumns(view)
            var known: [Int: Int] = [:]
            for row in view.matching.rows where request.isOfAllSpans || columns.isEntry(row) {
                let service = columns.services.place(row)
                guard service >= 0 else { continue }
                let key = request.isByOperation ? service << 32 | (columns.names.place(row) + 1) : service
                let group: Int
                if let number = known[key] {
                    group = number
                } else {
                    let operation = request.isByOperation ? columns.names[row] : ""
                    let name = [columns.services.values[service], operation]
                    group = places[name] ?? groups.count
                    if group == groups.count {
                        guard groups.count < Self.activitiesMax else {
                            isTruncated = true
                            continue
                        }
                        var stepCount = request.hasStepDurations ? request.steps : 0
                        if stepCount * (groups.count + 1) > Self.stepDurationsMax {
                            isTruncated = true
                            stepCount = 0
                        }
                        places[name] = group
                        groups.append(
                            ServiceActivity(
                                service: name[0], operation: operation, requestCount: 0, errorCount: 0,
                                durations: DurationSketch(), requests: [Double](repeating: 0, count: request.steps),
                                errors: [Double](repeating: 0, count: request.steps),
                                stepDurations: [DurationSketch](repeating: DurationSketch(), count: stepCount)))
                    }
                    known[key] = group
                }
                let weight = columns.weight(row)
                let place = steps.place(of: columns.times[row])
                groups[group].requestCount += weight
                groups[group].requests[place] += weight
                if columns.isError(row) {
                    groups[group].errorCount += weight
                    groups[group].errors[place] += weight
                }
                let duration = columns.duration(row)
                groups[group].durations.add(duration, weight: weight)
                if !groups[group].stepDurations.isEmpty {
                    groups[group].stepDurations[place].add(duration, weight: weight)
                }
            }
        }
        groups.sort {
            ($0.durations.sumNanoseconds, $1.service, $1.operation) > (
                $1.durations.sumNanoseconds, $0.service, $0.operation
            )
        }
        return Activities(groups: groups, steps: steps, isTruncated: isTruncated)
    }
}
