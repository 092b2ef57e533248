import SignalModel

extension Evaluator {
    func evaluateUnary(_ node: UnaryExpression) throws -> Evaluated {
        let value = try evaluate(node.operand)
        guard node.operation == .minus else { return value }
        switch value {
        case .scalar(let values): return .scalar(values.map { -$0 })
        case .vector(var table):
            try table.updateRows { _, row in
                for step in row.indices where !SeriesTable.isAbsent(row[step]) {
                    row[step] = HistogramBox.isBox(row[step]) ? try negated(row[step]) : -row[step]
                }
            }
            try table.dropNames()
            return .vector(table)
        case .string: throw QueryError(.execution, "unary minus needs a number")
        }
    }

    private func negated(_ box: Double) throws -> Double {
        var histogram = context.histogram(box)
        histogram.multiply(by: -1)
        return try context.keep(histogram)
    }

    func evaluateBinary(_ node: BinaryExpression) throws -> Evaluated {
        let left = try evaluate(node.left)
        let right = try evaluate(node.right)
        switch (left, right) {
        case (.scalar(let a), .scalar(let b)): return .scalar(try combine(node, a, b))
        case (.vector(let table), .scalar(let values)):
            return .vector(try combine(node, table, values, scalarIsLeft: false))
        case (.scalar(let values), .vector(let table)):
            return .vector(try combine(node, table, values, scalarIsLeft: true))
        case (.vector(let a), .vector(let b)):
            let matching = node.matching ?? VectorMatching(cardinality: .oneToOne)
            return .vector(
                node.operation.isSetOperator
                    ? try combineSets(node.operation, matching, a, b) : try match(node, matching, a, b))
        default: throw QueryError(.execution, "a string cannot be an operand")
        }
    }

    private func combine(_ node: BinaryExpression, _ left: [Double], _ right: [Double]) throws -> [Double] {
        guard let operation = RowOperator(node.operation, passing: .verdict) else {
            throw QueryError(
                .execution, "operator \(quotedText(node.operation.rawValue)) not allowed for Scalar operations")
        }
        var result = try constant(0)
        left.withUnsafeBufferPointer { a in
            right.withUnsafeBufferPointer { b in
                result.withUnsafeMutableBufferPointer { operation.apply(a, b, $0) }
            }
        }
        return result
    }

    /// A comparison that filters keeps the vector's value, on whichever side it stands, and its name.
    private func combine(
        _ node: BinaryExpression, _ vector: SeriesTable, _ scalar: [Double], scalarIsLeft: Bool
    ) throws -> SeriesTable {
        let passing: RowOperator.Passing = node.returnsBool ? .verdict : scalarIsLeft ? .right : .left
        let operation = ElementwiseOperator(node, passing: passing, context)
        var table = vector
        try scalar.withUnsafeBufferPointer { scalar in
            try table.updateRows { _, row in
                let values = RowOperator.Row(row)
                try operation.apply(scalarIsLeft ? scalar : values, scalarIsLeft ? values : scalar, row)
            }
        }
        if context.holdsHistograms || node.operation.isTrim { table.removeAbsentRows() }
        if node.isFilter {
            table.clearFiltered()
        } else if !node.operation.isTrim {
            try table.dropNames()
        }
        return table
    }
}

extension SeriesTable {
    /// Makes what comparisons filtered away absent, and drops rows of nothing else.
    mutating func clearFiltered() {
        var kept: [Int] = []
        updateRows { index, row in
            var isKept = false
            for step in row.indices {
                if RowOperator.isFiltered(row[step]) {
                    row[step] = Self.absent
                } else if !Self.isAbsent(row[step]) {
                    isKept = true
                }
            }
            if isKept { kept.append(index) }
        }
        if kept.count < count { self = picking(kept) }
    }
}
