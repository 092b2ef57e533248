/// `irate` and `idelta`: from the last two samples of a window.
struct LastChange: RangeFunction {
    /// By second, and after a counter's reset the last value itself.
    let isRate: Bool

    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        guard window.count >= 2 else { return SeriesTable.absent }
        let last = window.last
        let previous = window.value(window.upper - 2)
        if !isRate { return last - previous }
        let span = Double(window.timestamp(window.upper - 1) - window.timestamp(window.upper - 2)) / 1000
        return (last < previous ? last : last - previous) / span
    }
}
