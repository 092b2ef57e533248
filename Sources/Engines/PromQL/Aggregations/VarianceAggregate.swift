/// `stdvar`: Welford's method. An infinity or NaN among the members makes it NaN.
struct VarianceAggregate: Aggregate {
    private struct Moments {
        var count = 0.0
        var mean = 0.0
        var squares = 0.0
    }
    private var moments: [Moments]
    private let steps: Int

    init(groups: Int, steps: Int) {
        moments = Array(repeating: Moments(), count: groups * steps)
        self.steps = steps
    }

    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int) {
        let offset = group * steps
        moments.withUnsafeMutableBufferPointer { moments in
            for step in 0..<row.count where !SeriesTable.isAbsent(row[step]) {
                let value = row[step]
                let place = offset + step
                moments[place].count += 1
                if moments[place].count == 1 {
                    moments[place].mean = value
                    moments[place].squares = value.isFinite ? 0 : .nan
                    continue
                }
                let distance = value - moments[place].mean
                moments[place].mean += distance / moments[place].count
                moments[place].squares += distance * (value - moments[place].mean)
            }
        }
    }

    consuming func result() -> [Double] {
        moments.map { $0.count == 0 ? SeriesTable.absent : $0.squares / $0.count }
    }
}

/// `stddev`.
struct DeviationAggregate: Aggregate {
    private var variance: VarianceAggregate

    init(groups: Int, steps: Int) { variance = VarianceAggregate(groups: groups, steps: steps) }

    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int) { variance.add(row, toGroup: group) }

    consuming func result() -> [Double] {
        variance.result().map { SeriesTable.isAbsent($0) ? $0 : $0.squareRoot() }
    }
}
