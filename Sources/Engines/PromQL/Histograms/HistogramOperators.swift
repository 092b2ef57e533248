import SignalModel

/// A binary operator on elements of which at least one is a histogram.
struct HistogramOperator {
    let operation: BinaryOperator
    let passing: RowOperator.Passing
    let notes: HistogramNotes

    init(_ node: BinaryExpression, passing: RowOperator.Passing, _ context: QueryContext) {
        operation = node.operation
        self.passing = passing
        notes = HistogramNotes(context, at: node.position)
    }

    /// Overwrites what `target` holds at the steps where an operand is a histogram; all of them, for an operator that
    /// has no meaning for floats.
    func apply(
        _ left: RowOperator.Row, _ right: RowOperator.Row, _ target: RowOperator.Target, coversFloats: Bool
    ) throws {
        for step in target.indices {
            let (a, b) = (left[step], right[step])
            if SeriesTable.isAbsent(a) || SeriesTable.isAbsent(b) {
                target[step] = SeriesTable.absent
            } else if coversFloats || HistogramBox.isBox(a) || HistogramBox.isBox(b) {
                target[step] = try value(a, b)
            }
        }
    }

    private func value(_ left: Double, _ right: Double) throws -> Double {
        switch (HistogramBox.isBox(left), HistogramBox.isBox(right)) {
        case (true, true): return try value(notes.context.histogram(left), notes.context.histogram(right), left)
        case (true, false): return try value(notes.context.histogram(left), right)
        case (false, true):
            guard operation == .multiply else { return incompatible("float", "histogram") }
            return try scaled(notes.context.histogram(right)) { $0.multiply(by: left) }
        case (false, false): return incompatible("float", "float")
        }
    }

    private func value(_ histogram: NativeHistogram, _ float: Double) throws -> Double {
        switch operation {
        case .multiply: return try scaled(histogram) { $0.multiply(by: float) }
        case .divide: return try scaled(histogram) { $0.divide(by: float) }
        case .trimUpper: return try notes.context.keep(histogram.trimmed(at: float, keepsBelow: true))
        case .trimLower: return try notes.context.keep(histogram.trimmed(at: float, keepsBelow: false))
        default: return incompatible("histogram", "float")
        }
    }

    private func value(_ left: NativeHistogram, _ right: NativeHistogram, _ box: Double) throws -> Double {
        switch operation {
        case .add, .subtract: return try sum(left, right)
        case .equal, .notEqual:
            let holds = left.isIdentical(to: right) == (operation == .equal)
            if case .verdict = passing { return holds ? 1 : 0 }
            return holds ? box : RowOperator.filtered
        default: return incompatible("histogram", "histogram")
        }
    }

    private func sum(_ left: NativeHistogram, _ right: NativeHistogram) throws -> Double {
        var result = left
        let reconciled: NativeHistogram.Reconciled
        do throws(IncompatibleHistograms) {
            reconciled = try result.add(right, sign: operation == .add ? 1 : -1)
        } catch {
            notes.incompatibleLayout(operation)
            return SeriesTable.absent
        }
        let told: HistogramNotes.Operation = operation == .add ? .addition : .subtraction
        if reconciled.countersCollided { notes.countersCollided(in: told) }
        if reconciled.boundsDiffered { notes.boundsDiffered(in: told) }
        if operation == .subtract { result.counterReset = .gauge }
        result.compact()
        return try notes.context.keep(result)
    }

    private func scaled(_ histogram: NativeHistogram, _ change: (inout NativeHistogram) -> Void) throws -> Double {
        var result = histogram
        change(&result)
        result.compact()
        return try notes.context.keep(result)
    }

    private func incompatible(_ left: String, _ right: String) -> Double {
        notes.incompatible(left, operation, right)
        return SeriesTable.absent
    }
}
