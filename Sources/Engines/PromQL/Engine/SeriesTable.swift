import SignalModel

/// Series over the steps of a query: one row a series, one column a step, in one flat array.
///
/// A missing value has the bits of the stale marker, which a sample's value never has once read.
struct SeriesTable {
    var labels: [Labels] = []
    var values: [Double] = []
    let steps: Int

    static let absent = StaleMarker.value
    @inline(__always) static func isAbsent(_ value: Double) -> Bool { StaleMarker.isStale(value) }

    init(steps: Int) { self.steps = steps }

    var count: Int { labels.count }
    @inline(__always) subscript(row: Int, step: Int) -> Double {
        get { values[row * steps + step] }
        set { values[row * steps + step] = newValue }
    }

    mutating func append(_ labels: Labels, _ row: some Collection<Double>) {
        self.labels.append(labels)
        values.append(contentsOf: row)
    }

    /// Adds a row of missing values and returns its index.
    mutating func appendEmpty(_ labels: Labels) -> Int {
        self.labels.append(labels)
        values.append(contentsOf: repeatElement(Self.absent, count: steps))
        return self.labels.count - 1
    }

    func row(_ index: Int) -> ArraySlice<Double> { values[index * steps..<(index + 1) * steps] }
}

/// What an expression evaluates to, over all steps at once.
enum Evaluated {
    case scalar([Double])
    case vector(SeriesTable)
    case string(String)
}
