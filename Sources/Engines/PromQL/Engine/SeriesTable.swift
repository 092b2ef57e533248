import SignalModel

/// Series over the steps of a query: one row a series, one column a step, in one flat array.
///
/// A missing value has the bits of the stale marker, which no value has: selectors drop markers, and arithmetic
/// makes quiet NaNs, never that signalling one.
package struct SeriesTable {
    /// What the metric names in `labels` mean.
    struct Names {
        /// They count no longer: a function dropped them. The bytes stay where they are until somebody looks, so
        /// that `sum by (job) (rate(…))` copies no label set.
        var areDropped = false
        /// No two rows differ by the name alone, so dropping it leaves no duplicates.
        var areShared = true
        /// They are dropped when the query is done, row by row: until then functions of labels see them.
        var areDelayed = false
    }

    private(set) var labels: [Labels] = []
    private(set) var values: [Double] = []
    /// By row, whether its name goes at the end. Empty while none does.
    private var nameDrops: [Bool] = []
    let steps: Int
    var names = Names()

    /// `StaleMarker.bits`, written out here since a constant of another module costs a call in every loop.
    @inline(__always) package static var absentBits: UInt64 { 0x7ff0_0000_0000_0002 }
    @inline(__always) package static var absent: Double { Double(bitPattern: absentBits) }
    @inline(__always) static func isAbsent(_ value: Double) -> Bool { value.bitPattern == absentBits }

    init(steps: Int, names: Names = Names()) {
        self.steps = steps
        self.names = names
    }

    /// One row without labels.
    init(scalar values: [Double]) {
        self.init(steps: values.count)
        labels = [.empty]
        self.values = values
    }

    var count: Int { labels.count }
    @inline(__always) subscript(row: Int, step: Int) -> Double {
        get { values[row * steps + step] }
        set { values[row * steps + step] = newValue }
    }

    mutating func reserve(rows: Int) {
        labels.reserveCapacity(rows)
        values.reserveCapacity(rows * steps)
    }

    mutating func append(_ labels: Labels, _ row: some Collection<Double>, dropsName: Bool = false) {
        self.labels.append(labels)
        values.append(contentsOf: row)
        if dropsName { setDropsName(true, ofRow: count - 1) }
    }

    func dropsName(_ row: Int) -> Bool { row < nameDrops.count && nameDrops[row] }

    mutating func setDropsName(_ drops: Bool, ofRow row: Int) {
        if row >= nameDrops.count {
            if !drops { return }
            nameDrops.append(contentsOf: repeatElement(false, count: row + 1 - nameDrops.count))
        }
        nameDrops[row] = drops
    }

    mutating func setDropsNameOfAllRows() { nameDrops = Array(repeating: true, count: count) }
    mutating func clearNameDrops() { nameDrops = [] }

    /// Adds a row of missing values for `fill` to write and keeps it if `fill` returns true. Returns the same.
    @discardableResult
    mutating func appendRow(
        _ labels: Labels, dropsName: Bool = false, _ fill: (UnsafeMutableBufferPointer<Double>) throws -> Bool
    ) rethrows -> Bool {
        let start = values.count
        values.append(contentsOf: repeatElement(Self.absent, count: steps))
        let isKept = try values.withUnsafeMutableBufferPointer {
            try fill(UnsafeMutableBufferPointer(rebasing: $0[start...]))
        }
        guard isKept else {
            values.removeLast(steps)
            return false
        }
        self.labels.append(labels)
        if dropsName { setDropsName(true, ofRow: count - 1) }
        return isKept
    }

    /// Adds a row of missing values and returns its index.
    mutating func appendAbsent(_ labels: Labels, dropsName: Bool = false) -> Int {
        appendRow(labels, dropsName: dropsName) { _ in true }
        return count - 1
    }

    func row(_ index: Int) -> ArraySlice<Double> { values[index * steps..<(index + 1) * steps] }

    /// Calls `body` with the values of each row, in order.
    @inline(__always)
    func forEachRow(_ body: (Int, UnsafeBufferPointer<Double>) throws -> Void) rethrows {
        try values.withUnsafeBufferPointer { all in
            for row in 0..<count {
                try body(row, UnsafeBufferPointer(rebasing: all[row * steps..<(row + 1) * steps]))
            }
        }
    }

    /// Calls `body` with the values of each row to change, in order.
    @inline(__always)
    mutating func updateRows(_ body: (Int, UnsafeMutableBufferPointer<Double>) throws -> Void) rethrows {
        let rows = count
        let steps = steps
        try values.withUnsafeMutableBufferPointer { all in
            for row in 0..<rows {
                try body(row, UnsafeMutableBufferPointer(rebasing: all[row * steps..<(row + 1) * steps]))
            }
        }
    }

    func isAbsent(row: Int) -> Bool { self.row(row).allSatisfy(Self.isAbsent) }

    mutating func setLabels(_ labels: Labels, ofRow row: Int) { self.labels[row] = labels }

    /// The given rows, in the given order.
    func picking(_ rows: [Int]) -> SeriesTable {
        var result = SeriesTable(steps: steps, names: names)
        result.reserve(rows: rows.count)
        for row in rows { result.append(labels[row], self.row(row), dropsName: dropsName(row)) }
        return result
    }

    func broadcast(to count: Int) -> SeriesTable {
        var result = SeriesTable(steps: count, names: names)
        result.reserve(rows: self.count)
        for row in 0..<self.count {
            result.append(labels[row], repeatElement(self[row, 0], count: count), dropsName: dropsName(row))
        }
        return result
    }
}
