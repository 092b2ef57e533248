import Logs

/// What counts of spans add up: durations and errors, each as often as the rate of sampling says.
struct SpanMeasures {
    private let durations: DecodedColumn?
    private let durationEntries: [Int32]
    private let statuses: SpanColumns.Texts
    private let errorStatus: Int
    private let weights: DecodedColumn?
    private let weightEntries: [Int32]

    init(_ view: LogBlockView) throws(LogQueryError) {
        statuses = SpanColumns.Texts(try view.column(SpanFields.status))
        errorStatus = statuses.place(of: "error")
        durations = try view.column(SpanFields.duration)
        durationEntries = durations?.firstEntries ?? []
        weights = try view.column(SpanFields.weight)
        weightEntries = weights?.firstEntries ?? []
    }

    func duration(_ row: Int) -> Int64 {
        guard let durations, durationEntries[row] >= 0 else { return 0 }
        if case .plain(.integers(let values)) = durations.values { return values[Int(durationEntries[row])] }
        if case .integer(let value) = durations[Int(durationEntries[row])] { return value }
        return 0
    }

    func weight(_ row: Int) -> Double {
        guard let weights, weightEntries[row] >= 0 else { return 1 }
        if case .double(let value) = weights[Int(weightEntries[row])] { return value }
        return 1
    }

    func isError(_ row: Int) -> Bool { statuses.place(row) == errorStatus }
}
