/// `max`: NaN only when there is nothing else.
struct MaximumAggregate: Aggregate {
    private var values: [Double]
    private let steps: Int

    init(groups: Int, steps: Int) {
        values = Self.absent(groups, steps)
        self.steps = steps
    }

    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int) {
        let offset = group * steps
        values.withUnsafeMutableBufferPointer { values in
            for step in 0..<row.count where !SeriesTable.isAbsent(row[step]) {
                // Absent is a NaN as well, so it gives way too.
                if row[step] > values[offset + step] || values[offset + step].isNaN {
                    values[offset + step] = row[step]
                }
            }
        }
    }

    consuming func result() -> [Double] { values }
}

/// `min`: NaN only when there is nothing else.
struct MinimumAggregate: Aggregate {
    private var values: [Double]
    private let steps: Int

    init(groups: Int, steps: Int) {
        values = Self.absent(groups, steps)
        self.steps = steps
    }

    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int) {
        let offset = group * steps
        values.withUnsafeMutableBufferPointer { values in
            for step in 0..<row.count where !SeriesTable.isAbsent(row[step]) {
                if row[step] < values[offset + step] || values[offset + step].isNaN {
                    values[offset + step] = row[step]
                }
            }
        }
    }

    consuming func result() -> [Double] { values }
}
