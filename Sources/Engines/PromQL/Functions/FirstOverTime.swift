struct FirstOverTime: RangeFunction {
    @inline(__always) mutating func value(_ window: RangeWindow) -> Double { window.first }
}

struct LastOverTime: RangeFunction {
    @inline(__always) mutating func value(_ window: RangeWindow) -> Double { window.last }
}
