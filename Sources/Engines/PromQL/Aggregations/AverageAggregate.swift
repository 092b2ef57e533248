struct AverageAggregate: Aggregate {
    private var means: [KahanMean?]
    private let steps: Int

    init(groups: Int, steps: Int) {
        means = Array(repeating: nil, count: groups * steps)
        self.steps = steps
    }

    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int) {
        let offset = group * steps
        means.withUnsafeMutableBufferPointer { means in
            for step in 0..<row.count where !SeriesTable.isAbsent(row[step]) {
                means[offset + step, default: KahanMean()].add(row[step])
            }
        }
    }

    consuming func result() -> [Double] { means.map { $0?.value ?? SeriesTable.absent } }
}

extension UnsafeMutableBufferPointer {
    fileprivate subscript<Wrapped>(index: Int, default value: Wrapped) -> Wrapped where Element == Wrapped? {
        @inline(__always) get { self[index] ?? value }
        @inline(__always) nonmutating set { self[index] = newValue }
    }
}
