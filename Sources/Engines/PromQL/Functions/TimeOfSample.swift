/// `ts_of_first_over_time`, in seconds.
struct TimeOfFirst: RangeFunction {
    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double { Double(window.timestamp(window.lower)) / 1000 }
}

struct TimeOfLast: RangeFunction {
    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double { Double(window.timestamp(window.upper - 1)) / 1000 }
}

/// `ts_of_max_over_time`: of equal values the last.
struct TimeOfMaximum: RangeFunction {
    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        var found = window.lower
        for index in window.lower..<window.upper
        where window.value(index) >= window.value(found) || window.value(found).isNaN { found = index }
        return Double(window.timestamp(found)) / 1000
    }
}

/// `ts_of_min_over_time`: of equal values the last.
struct TimeOfMinimum: RangeFunction {
    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        var found = window.lower
        for index in window.lower..<window.upper
        where window.value(index) <= window.value(found) || window.value(found).isNaN { found = index }
        return Double(window.timestamp(found)) / 1000
    }
}
