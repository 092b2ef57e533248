package import SignalModel

/// Records over time, in steps from a start, broken down by the values of a field if one is asked for.
package struct LogHistogram: Sendable, Hashable {
    package struct Series: Sendable, Hashable {
        /// Nil where the record lacks the field, or none was asked for.
        package var value: FieldValue?
        /// Of each step.
        package var counts: [Int]
    }

    package var startNanoseconds: Int64
    package var stepNanoseconds: Int64
    /// Most records first.
    package var series: [Series]
}

/// A field that records have.
package struct LogFieldSummary: Sendable, Hashable {
    package var name: String
    /// Records that have a value of it.
    package var count: Int
    package var kinds: Set<LogBatch.Kind>
}

extension LogSnapshot {
    package func count(_ query: LogQuery) throws(LogQueryError) -> Int {
        let plan = try QueryPlan(query)
        var count = 0
        for source in sources where plan.overlaps(source) {
            if plan.covers(source) {
                count += source.block.rowCount
            } else if let view = try plan.view(of: source) {
                count += view.matching.count
            }
        }
        return count
    }

    /// Of the records between the times of the query, which have to be bounded. The last step may be shorter.
    package func histogram(
        _ query: LogQuery, stepNanoseconds step: Int64, by field: String? = nil
    ) throws(LogQueryError) -> LogHistogram {
        let start = query.times.lowerBound
        let (span, overflow) = query.times.upperBound.subtractingReportingOverflow(start)
        guard !overflow, step > 0, span / step < Int64(min(query.budget.rowsMax, 1 << 20)) else {
            throw LogQueryError(.overRows, "too many steps: a longer step or less time is needed")
        }
        let steps = Int(span / step) + (span % step == 0 ? 0 : 1)
        var groups = ValueGroups(query.budget)
        var counts: [[Int]] = []
        let plan = try QueryPlan(query)
        for source in sources where plan.overlaps(source) {
            // Fast path: all of it in one step.
            let low = Int((max(source.times.lowerBound, start) - start) / step)
            if field == nil, plan.covers(source), (source.times.upperBound - start) / step == low {
                let group = try groups.number(ofMissing: ())
                while counts.count <= group { counts.append([Int](repeating: 0, count: steps)) }
                counts[group][low] += source.block.rowCount
                continue
            }
            guard let view = try plan.view(of: source) else { continue }
            let times = try view.timestamps()
            let column = try field.flatMap { name throws(LogQueryError) in try view.column(name) }
            try groups.each(of: view.matching, column) { row, group in
                while counts.count <= group { counts.append([Int](repeating: 0, count: steps)) }
                counts[group][Int((times[row] - start) / step)] += 1
            }
            guard counts.count * steps * 8 <= query.budget.memoryBytesMax else {
                throw LogQueryError(.overMemory, "too many values of \(field ?? "") for a histogram")
            }
        }
        let series = counts.indices.map { LogHistogram.Series(value: groups.value($0), counts: counts[$0]) }
        return LogHistogram(
            startNanoseconds: start, stepNanoseconds: step,
            series: series.map { ($0, $0.counts.reduce(0, +)) }.sorted { $0.1 > $1.1 }.map(\.0))
    }

    /// The fields of the records, by name.
    package func fieldNames(_ query: LogQuery) throws(LogQueryError) -> [LogFieldSummary] {
        var found: [String: LogFieldSummary] = [:]
        let plan = try QueryPlan(query)
        for source in sources where plan.overlaps(source) {
            guard let view = try plan.view(of: source) else { continue }
            let isAll = view.matching.isAll
            for (number, name) in view.block.names.enumerated() where !plan.mask.hides(name) {
                let summary = try view.block.summary(LogBlock.Reserved.count + number)
                var count = summary.rowCount
                if !summary.hasNulls {
                    // Fast path: which rows have one is known without the values.
                    if !isAll { count = try view.block.rowCount(LogBlock.Reserved.count + number, in: view.matching) }
                } else {
                    count = try view.column(LogBlock.Reserved.count + number).rowCount(in: view.matching)
                }
                guard count > 0 else { continue }
                found[name, default: LogFieldSummary(name: name, count: 0, kinds: [])].count += count
                found[name]?.kinds.formUnion(summary.kinds.subtracting([.null]))
            }
        }
        return found.values.sorted { $0.name < $1.name }
    }
}

extension LogBlock {
    /// How many of `matching` have an entry in a column.
    func rowCount(_ number: Int, in matching: RowBitmap) throws(LogQueryError) -> Int {
        let rows =
            switch storage {
            case .memory(let columns): columns.columns[number].rows
            case .stored(let block): try block.rows(of: block.info.columns[number])
            }
        guard let rows else { return matching.count }
        var count = 0
        var last = UInt32.max
        for row in rows where row != last {
            last = row
            if matching[Int(row)] { count += 1 }
        }
        return count
    }
}

extension DecodedColumn {
    /// How many of `rows` have a value, nulls aside.
    func rowCount(in rows: RowBitmap) -> Int {
        let list = self.list
        let isNull = (0..<list.count).map { list.kind($0) == .null }
        var count = 0
        var last = -1
        for entry in 0..<entryCount {
            let row = self.row(of: entry)
            if row != last, rows[row], !isNull[place(of: entry)] {
                count += 1
                last = row
            }
        }
        return count
    }
}
