/// The samples a range function sees at one step: `lower..<upper` of a series, those in `(from, through]`.
struct RangeWindow {
    let samples: SampleColumns
    var lower = 0
    var upper = 0
    /// Milliseconds; `through` is the step's time with `offset` and `@` counted in, `time` without.
    var from: Int64 = 0
    var through: Int64 = 0
    var time: Int64 = 0
    /// Index of the step, for functions with a parameter that varies over time.
    var step = 0

    @inline(__always) init(_ samples: SampleColumns) { self.samples = samples }

    @inline(__always) var count: Int { upper - lower }
    @inline(__always) var first: Double { samples.values[lower] }
    @inline(__always) var last: Double { samples.values[upper - 1] }
    @inline(__always) func value(_ index: Int) -> Double { samples.values[index] }
    @inline(__always) func timestamp(_ index: Int) -> Int64 { samples.timestamps[index] }
    @inline(__always) var values: UnsafeBufferPointer<Double> {
        UnsafeBufferPointer(rebasing: samples.values[lower..<upper])
    }
}
