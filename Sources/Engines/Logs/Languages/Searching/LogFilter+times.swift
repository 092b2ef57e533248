extension LogFilter {
    /// The time that a record must be of, as far as it stands apart, and what is asked beside it: what the executor
    /// can leave out whole blocks by.
    package var splitByTime: (times: Range<Int64>, rest: LogFilter) {
        switch self {
        case .test(.named("@timestamp"), .range(let lower, let upper)):
            guard let times = Self.times(lower, upper) else { return (LogQuery.allTimes, self) }
            return (times, .all)
        case .and(let parts):
            var times = LogQuery.allTimes
            var rest: [LogFilter] = []
            for part in parts {
                let (inner, left) = part.splitByTime
                let start = max(times.lowerBound, inner.lowerBound)
                times = start..<max(start, min(times.upperBound, inner.upperBound))
                if left != .all { rest.append(left) }
            }
            return (times, .every(rest))
        default: return (LogQuery.allTimes, self)
        }
    }

    private static func times(_ lower: ValueTest.Bound?, _ upper: ValueTest.Bound?) -> Range<Int64>? {
        var start = Int64.min
        var end = Int64.max
        if let lower {
            guard case .time(let time) = lower.value else { return nil }
            start = lower.isInclusive || time == .max ? time : time + 1
        }
        if let upper {
            guard case .time(let time) = upper.value else { return nil }
            end = upper.isInclusive && time < .max ? time + 1 : time
        }
        return start..<max(start, end)
    }
}
