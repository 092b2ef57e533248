/// Reduces the rows of each group to one, row by row: `add` is called once for every row of the operand.
protocol Aggregate {
    init(groups: Int, steps: Int)
    mutating func add(_ row: UnsafeBufferPointer<Double>, toGroup group: Int)
    /// One row a group, absent where no member had a value.
    consuming func result() -> [Double]
}

extension Aggregate {
    static func absent(_ groups: Int, _ steps: Int) -> [Double] {
        Array(repeating: SeriesTable.absent, count: groups * steps)
    }
}
