/// What an expression evaluates to, over all steps at once.
enum Evaluated {
    /// One value a step.
    case scalar([Double])
    case vector(SeriesTable)
    case string(String)

    /// What it holds of the query's budget.
    var points: Int {
        switch self {
        case .scalar(let values): values.count
        case .vector(let table): table.values.count
        case .string: 0
        }
    }

    /// A value of one step, the same at each of `steps`.
    func broadcast(to steps: Int) -> Evaluated {
        switch self {
        case .scalar(let values): return .scalar(Array(repeating: values[0], count: steps))
        case .vector(let table): return .vector(table.broadcast(to: steps))
        case .string: return self
        }
    }
}
