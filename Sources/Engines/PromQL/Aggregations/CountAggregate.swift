struct CountAggregate: Aggregate {
    private var counts: [Double]
    private let steps: Int

    init(groups: Int, steps: Int) {
        counts = Array(repeating: 0, count: groups * steps)
        self.steps = steps
    }

    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int) {
        let offset = group * steps
        counts.withUnsafeMutableBufferPointer { counts in
            for step in 0..<row.count where !SeriesTable.isAbsent(row[step]) { counts[offset + step] += 1 }
        }
    }

    consuming func result() -> [Double] { counts.map { $0 == 0 ? SeriesTable.absent : $0 } }
}

/// `group`: one wherever there is a member.
struct GroupAggregate: Aggregate {
    private var values: [Double]
    private let steps: Int

    init(groups: Int, steps: Int) {
        values = Self.absent(groups, steps)
        self.steps = steps
    }

    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int) {
        let offset = group * steps
        values.withUnsafeMutableBufferPointer { values in
            for step in 0..<row.count where !SeriesTable.isAbsent(row[step]) { values[offset + step] = 1 }
        }
    }

    consuming func result() -> [Double] { values }
}
