import SignalModel

extension Evaluator {
    func call(_ node: CallExpression) throws -> Evaluated {
        guard let body = FunctionTable.body(of: node.function.name) else {
            throw QueryError(.execution, "function \(quotedText(node.function.name)) is not supported")
        }
        try checkExtendedRange(node)
        return try body(scoped(for: node.function.name), node)
    }

    private func scoped(for function: String) -> Evaluator {
        var scope = scope
        switch function {
        case "histogram_count", "histogram_sum", "histogram_avg": scope.asksCountsOnly = true
        case "histogram_quantile", "histogram_quantiles", "histogram_fraction": scope.asksBuckets = true
        default: return self
        }
        return Evaluator(context, grid: grid, scope: scope)
    }

    /// A range function without parameters.
    func over<Function: RangeFunction>(
        _ node: CallExpression, _ function: Function, keepsNames: Bool = false
    ) throws -> Evaluated {
        var table = try overWindows(try matrixArgument(node), function)
        if !keepsNames { try table.dropNames() }
        return .vector(table)
    }

    /// The same for functions that only make sense of counters; says so where a name does not look like one.
    func overCounter<Function: RangeFunction>(_ node: CallExpression, _ function: Function) throws -> Evaluated {
        let argument = try matrixArgument(node)
        var table = try overWindows(argument, function)
        noteNonCounters(table, at: argument.position)
        try table.dropNames()
        return .vector(table)
    }

    func noteNonCounters(_ table: SeriesTable, at position: PositionRange) {
        if table.names.areDropped { return }
        let endings = ["_total", "_sum", "_count", "_bucket"]
        for row in 0..<(table.names.areShared && !context.holdsHistograms ? min(1, table.count) : table.count) {
            // Histograms have one name for all there is to them.
            guard table.row(row).contains(where: { !SeriesTable.isAbsent($0) && !HistogramBox.isBox($0) }) else {
                continue
            }
            guard let name = table.labels[row].name, !endings.contains(where: name.hasSuffix) else { continue }
            context.inform(
                "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
                    + quotedText(name), at: position)
        }
    }

    func matrixArgument(_ node: CallExpression) throws -> Expression {
        guard let argument = node.arguments.first(where: { $0.type == .matrix }) else {
            throw QueryError(.execution, "function \(quotedText(node.function.name)) needs a range vector")
        }
        return argument.unwrapped
    }

    /// A function of each value by itself.
    func map<Function: ValueFunction>(_ node: CallExpression, _ function: Function.Type) throws -> Evaluated {
        var table = try floats(node.arguments[0])
        table.updateRows { _, row in
            for step in row.indices where !SeriesTable.isAbsent(row[step]) { row[step] = Function.value(row[step]) }
        }
        try table.dropNames()
        return .vector(table)
    }
}
