import SignalModel

extension Evaluator {
    func evaluateUnary(_ node: UnaryExpression) throws -> Evaluated {
        let value = try evaluate(node.operand)
        guard node.operation == .minus else { return value }
        switch value {
        case .scalar(let values): return .scalar(values.map { -$0 })
        case .vector(var table):
            table.updateRows { _, row in
                for step in row.indices where !SeriesTable.isAbsent(row[step]) { row[step] = -row[step] }
            }
            try table.dropNames()
            return .vector(table)
        case .string: throw QueryError(.execution, "unary minus needs a number")
        }
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
        guard let operation = RowOperator(node.operation, passing: passing) else {
            return try combineTrimmed(node, vector.count > 0)
        }
        var table = vector
        scalar.withUnsafeBufferPointer { scalar in
            table.updateRows { _, row in
                let values = RowOperator.Row(row)
                operation.apply(scalarIsLeft ? scalar : values, scalarIsLeft ? values : scalar, row)
            }
        }
        if node.isFilter { table.clearFiltered() } else { try table.dropNames() }
        return table
    }

    /// `</` and `>/` cut native histograms; floats are dropped, and the query is told so.
    func combineTrimmed(_ node: BinaryExpression, _ hasElements: Bool) throws -> SeriesTable {
        if hasElements {
            let sign = node.operation.rawValue
            context.inform(
                "incompatible sample types encountered for binary operator \(quotedText(sign)): float \(sign) float",
                at: node.position)
        }
        return SeriesTable(steps: steps)
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
