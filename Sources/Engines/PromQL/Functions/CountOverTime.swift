struct CountOverTime: RangeFunction {
    @inline(__always) mutating func value(_ window: RangeWindow) -> Double { Double(window.count) }
}

/// One wherever there is a sample.
struct PresentOverTime: RangeFunction {
    @inline(__always) mutating func value(_ window: RangeWindow) -> Double { 1 }
}
