internal import Basics
internal import SignalModel

extension LogSnapshot {
    /// Rows in the order of time, then sequence.
    package func rows(_ query: LogQuery, _ request: LogRowsRequest) throws(LogQueryError) -> [LogRow] {
        guard request.limit > 0 else { return [] }
        guard request.limit <= query.budget.rowsMax else {
            throw LogQueryError(.overRows, "a list may have \(query.budget.rowsMax) rows")
        }
        var query = query
        if let after = request.after { query.times = Self.times(query.times, after, request.isDescending) }
        let plan = try QueryPlan(query)
        var best = FirstRows(request)
        var views: [LogBlockView] = []
        let ordered = sources.filter(plan.overlaps).sorted {
            request.isDescending
                ? $0.times.upperBound > $1.times.upperBound : $0.times.lowerBound < $1.times.lowerBound
        }
        for source in ordered {
            // Nothing of it or of those behind it can still come in.
            if !best.wants(request.isDescending ? source.times.upperBound : source.times.lowerBound) { break }
            guard let view = try plan.view(of: source) else { continue }
            views.append(view)
            try best.add(view, number: views.count - 1)
            view.release()
        }
        return try RowWriter(request, plan.mask, query.budget).rows(best.chosen, of: views)
    }

    private static func times(_ times: Range<Int64>, _ after: LogCursor, _ isDescending: Bool) -> Range<Int64> {
        let time = after.timestampNanoseconds
        if isDescending {
            let end = min(times.upperBound, time == .max ? .max : time + 1)
            return min(times.lowerBound, end)..<end
        }
        let start = max(times.lowerBound, time)
        return start..<max(times.upperBound, start)
    }
}

/// The first rows of those that were added, in the order asked for.
struct FirstRows {
    struct Choice {
        var place: LogCursor
        var view: Int
        var row: Int
    }

    private let request: LogRowsRequest
    private var kept: [Choice] = []
    /// No row that is not before it comes in any more.
    private var bound: LogCursor?

    init(_ request: LogRowsRequest) { self.request = request }

    func wants(_ time: Int64) -> Bool {
        guard let bound else { return true }
        return request.isDescending ? time >= bound.timestampNanoseconds : time <= bound.timestampNanoseconds
    }

    private func precedes(_ left: LogCursor, _ right: LogCursor) -> Bool {
        Self.precedes(left, right, request.isDescending)
    }

    private static func precedes(_ left: LogCursor, _ right: LogCursor, _ isDescending: Bool) -> Bool {
        isDescending ? right < left : left < right
    }

    mutating func add(_ view: LogBlockView, number: Int) throws(LogQueryError) {
        let times = try view.timestamps()
        let sequences = try view.sequences()
        let rows = view.matching.rows
        guard view.block.isByTime else {
            for row in rows {
                let place = LogCursor(timestampNanoseconds: times[row], sequence: sequences[row])
                if let after = request.after, !precedes(after, place) { continue }
                if let bound, !precedes(place, bound) { continue }
                kept.append(Choice(place: place, view: number, row: row))
            }
            if kept.count >= request.limit { settle() }
            return
        }
        var taken = 0
        for position in rows.indices {
            let row = rows[request.isDescending ? rows.count - 1 - position : position]
            let place = LogCursor(timestampNanoseconds: times[row], sequence: sequences[row])
            if let after = request.after, !precedes(after, place) { continue }
            if let bound, !precedes(place, bound) { break }
            kept.append(Choice(place: place, view: number, row: row))
            taken += 1
            // Within a block rows are in order: no more than these can be among the first.
            if taken == request.limit { break }
        }
        if kept.count >= request.limit { settle() }
    }

    private mutating func settle() {
        let isDescending = request.isDescending
        kept.sort { Self.precedes($0.place, $1.place, isDescending) }
        if kept.count > request.limit { kept.removeLast(kept.count - request.limit) }
        if kept.count == request.limit { bound = kept.last?.place }
    }

    var chosen: [Choice] {
        var result = self
        result.settle()
        return result.kept
    }
}

/// Puts rows together from the columns of their blocks.
struct RowWriter {
    private let fields: [String]?
    private let mask: FieldMask
    private let budget: LogBudget

    init(_ request: LogRowsRequest, _ mask: FieldMask, _ budget: LogBudget) {
        fields = request.fields
        self.mask = mask
        self.budget = budget
    }

    func rows(_ choices: [FirstRows.Choice], of views: [LogBlockView]) throws(LogQueryError) -> [LogRow] {
        var rows = choices.map {
            LogRow(place: $0.place, index: "", identity: "", fields: [], source: [])
        }
        var bytes = 0
        var places = [[Int]](repeating: [], count: views.count)
        for (place, choice) in choices.enumerated() { places[choice.view].append(place) }
        for (number, view) in views.enumerated() where !places[number].isEmpty {
            let targets = places[number].map { (place: $0, row: choices[$0].row) }
            try fill(&rows, targets, view, &bytes)
        }
        return rows
    }

    private func wants(_ name: String) -> Bool {
        guard !mask.hides(name) else { return false }
        guard let fields else { return true }
        return fields.contains { Wildcard.matches(name, $0) }
    }

    private func fill(
        _ rows: inout [LogRow], _ targets: [(place: Int, row: Int)], _ view: LogBlockView, _ bytes: inout Int
    ) throws(LogQueryError) {
        let wanted = targets.map(\.row)
        let indices = try view.values(LogBlock.Reserved.index, of: wanted)
        let identities = try view.values(LogBlock.Reserved.identity, of: wanted)
        for (number, target) in targets.enumerated() {
            rows[target.place].index = indices[number]?.values[0].text ?? ""
            rows[target.place].identity =
                identities[number]?.values[0].text ?? GeneratedIdentity.text(of: rows[target.place].place.sequence)
        }
        if fields == nil {
            for (number, source) in try view.values(LogBlock.Reserved.source, of: wanted).enumerated() {
                guard let source else { continue }
                let place = targets[number].place
                rows[place].source = SourceMask.applied(mask, to: Array(source.values[0].text.utf8))
                bytes += rows[place].source.count
            }
        }
        for (number, name) in view.block.names.enumerated() where wants(name) {
            let values = try view.values(LogBlock.Reserved.count + number, of: wanted)
            for (target, value) in zip(targets, values) {
                guard let value else { continue }
                for case .string(let text) in value.values { bytes += text.utf8.count }
                bytes += 64
                rows[target.place].fields.append(
                    LogRow.Field(name: name, values: value.values, isArray: value.isArray))
            }
            guard bytes <= budget.memoryBytesMax else {
                throw LogQueryError(.overMemory, "the rows would take more than \(budget.memoryBytesMax) bytes")
            }
        }
    }
}
