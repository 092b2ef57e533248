struct SumAggregate: Aggregate {
    private var sums: [Double]
    private var compensations: [Double]
    private let steps: Int

    init(groups: Int, steps: Int) {
        sums = Self.absent(groups, steps)
        compensations = Array(repeating: 0, count: groups * steps)
        self.steps = steps
    }

    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int) {
        let offset = group * steps
        sums.withUnsafeMutableBufferPointer { sums in
            compensations.withUnsafeMutableBufferPointer { compensations in
                for step in 0..<row.count {
                    let value = row[step]
                    if SeriesTable.isAbsent(value) { continue }
                    let place = offset + step
                    if SeriesTable.isAbsent(sums[place]) {
                        sums[place] = value
                        continue
                    }
                    var sum = KahanSum(sum: sums[place], compensation: compensations[place])
                    sum.add(value)
                    sums[place] = sum.sum
                    compensations[place] = sum.compensation
                }
            }
        }
    }

    consuming func result() -> [Double] {
        for place in sums.indices where !SeriesTable.isAbsent(sums[place]) && !sums[place].isInfinite {
            sums[place] += compensations[place]
        }
        return sums
    }
}
