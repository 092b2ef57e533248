internal import Basics

/// The records at one moment; what is appended, deleted or merged later does not change it.
package struct LogSnapshot: Sendable {
    struct Source: Sendable {
        enum Content: Sendable {
            case pending(PendingBatch)
            case block(LogBlock)
        }

        var content: Content
        /// Rows that were deleted or replaced.
        var dead: RowBitmap?

        var times: ClosedRange<Int64> {
            switch content {
            case .pending(let batch): batch.times
            case .block(let block): block.times
            }
        }

        var block: LogBlock {
            switch content {
            case .pending(let batch): batch.block
            case .block(let block): block
            }
        }
    }

    let sources: [Source]

    init(sources: [Source]) { self.sources = sources }

    /// Calls `body` with each block that has records the query is about, `matching` set, in no order. Views may be kept;
    /// what was decoded of them is not.
    package func visit(
        _ query: LogQuery, _ body: (LogBlockView) throws(LogQueryError) -> Void
    ) throws(LogQueryError) {
        let plan = try QueryPlan(query)
        for source in sources {
            guard let view = try plan.view(of: source) else { continue }
            try body(view)
            view.release()
        }
    }

    /// The same, blocks with the latest records first, as long as `isWanted` says so of the latest time of the next.
    package func visitNewestFirst(
        _ query: LogQuery, while isWanted: (Int64) -> Bool, _ body: (LogBlockView) throws(LogQueryError) -> Void
    ) throws(LogQueryError) {
        let plan = try QueryPlan(query)
        for source in sources.filter(plan.overlaps).sorted(by: { $0.times.upperBound > $1.times.upperBound }) {
            guard isWanted(source.times.upperBound) else { return }
            guard let view = try plan.view(of: source) else { continue }
            try body(view)
            view.release()
        }
    }
}

/// A query, compiled.
struct QueryPlan {
    private let times: Range<Int64>
    private let indices: [NamePatterns]
    private let filter: CompiledFilter
    let mask: FieldMask
    private let cancellation: LogCancellation
    private let candidates: TermCandidates

    init(_ query: LogQuery) throws(LogQueryError) {
        times = query.times
        indices = [NamePatterns(query.indices), NamePatterns(query.access.indices)].filter { !$0.isEverything }
        mask = FieldMask(query.access.maskedFields)
        cancellation = query.cancellation
        // Who may see little learns nothing by asking for what is hidden: only the restriction looks below the mask.
        filter = CompiledFilter.both(
            try CompiledFilter(query.access.restriction, query.classes, FieldMask([])),
            try CompiledFilter(query.filter, query.classes, mask))
        candidates = TermCandidates(filter.need)
    }

    /// Nothing but the time decides.
    var isOfAll: Bool {
        if case .all = filter { return indices.isEmpty }
        return false
    }

    func overlaps(_ source: LogSnapshot.Source) -> Bool {
        source.times.upperBound >= times.lowerBound && source.times.lowerBound < times.upperBound
    }

    /// Whether the query is about every row of it, by what is known without reading columns.
    func covers(_ source: LogSnapshot.Source) -> Bool {
        isOfAll && source.dead == nil && times.lowerBound <= source.times.lowerBound
            && source.times.upperBound < times.upperBound
    }

    /// Nil when no row matches.
    func view(of source: LogSnapshot.Source) throws(LogQueryError) -> LogBlockView? {
        guard overlaps(source) else { return nil }
        try cancellation.check()
        if case .block(let block) = source.content, case .stored(let stored) = block.storage {
            guard try candidates.mayPass(stored) else { return nil }
        }
        let view = LogBlockView(source.block, mask: mask)
        var matching = try rowsInTime(view)
        if let dead = source.dead { matching.subtract(dead) }
        if !indices.isEmpty, !matching.isEmpty { matching.formIntersection(try rowsOfIndices(view)) }
        guard !matching.isEmpty else { return nil }
        if case .all = filter {} else { matching.formIntersection(try filter.rows(of: view)) }
        guard !matching.isEmpty else { return nil }
        view.matching = matching
        return view
    }

    private func rowsInTime(_ view: LogBlockView) throws(LogQueryError) -> RowBitmap {
        if times.lowerBound <= view.timeRange.lowerBound, view.timeRange.upperBound < times.upperBound {
            return RowBitmap(rowCount: view.rowCount, all: true)
        }
        let timestamps = try view.timestamps()
        guard view.block.isByTime else {
            var rows = RowBitmap(rowCount: view.rowCount)
            for row in timestamps.indices where times.contains(timestamps[row]) { rows.insert(row) }
            return rows
        }
        let first = Self.first(timestamps, from: times.lowerBound)
        let end = Self.first(timestamps, from: times.upperBound)
        var rows = RowBitmap(rowCount: view.rowCount)
        if first < end { rows.insert(first..<end) }
        return rows
    }

    private func rowsOfIndices(_ view: LogBlockView) throws(LogQueryError) -> RowBitmap {
        let column = try view.column(LogBlock.Reserved.index)
        let passes = (0..<column.list.count).map { place in
            let name = column.list[place].text
            return indices.allSatisfy { $0.contains(name) }
        }
        var rows = RowBitmap(rowCount: view.rowCount)
        for entry in 0..<column.entryCount where passes[column.place(of: entry)] { rows.insert(entry) }
        return rows
    }

    private static func first(_ timestamps: [Int64], from time: Int64) -> Int {
        var low = 0
        var high = timestamps.count
        while low < high {
            let middle = (low + high) / 2
            if timestamps[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
