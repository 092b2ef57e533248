import Glibc
import SignalModel

extension Evaluator {
    func binary(_ node: BinaryExpression) throws -> Evaluated {
        let left = try evaluate(node.left)
        let right = try evaluate(node.right)
        switch (left, right) {
        case (.scalar(let a), .scalar(let b)):
            return .scalar(zip(a, b).map { Self.combine(node.operation, $0, $1, returnsBool: true) ?? 0 })
        case (.vector(let table), .scalar(let scalar)): return .vector(try withScalar(node, table, scalar, swapped: false))
        case (.scalar(let scalar), .vector(let table)): return .vector(try withScalar(node, table, scalar, swapped: true))
        case (.vector(let a), .vector(let b)):
            return .vector(node.operation.isSetOperator ? try set(node, a, b) : try match(node, a, b))
        default: throw QueryError(.execution, "a string cannot be an operand")
        }
    }

    /// Nil when a comparison filters the pair away.
    @inline(__always)
    static func combine(_ operation: BinaryOperator, _ a: Double, _ b: Double, returnsBool: Bool) -> Double? {
        func compared(_ holds: Bool) -> Double? { returnsBool ? (holds ? 1 : 0) : (holds ? a : nil) }
        switch operation {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide: return a / b
        case .modulo: return fmod(a, b)
        case .power: return pow(a, b)
        case .atan2: return Glibc.atan2(a, b)
        case .equal: return compared(a == b)
        case .notEqual: return compared(a != b)
        case .greater: return compared(a > b)
        case .less: return compared(a < b)
        case .greaterOrEqual: return compared(a >= b)
        case .lessOrEqual: return compared(a <= b)
        default: return nil
        }
    }

    private func withScalar(
        _ node: BinaryExpression, _ table: SeriesTable, _ scalar: [Double], swapped: Bool
    ) throws -> SeriesTable {
        try checkSupported(node)
        var result = table
        let isFilter = node.operation.isComparison && !node.returnsBool
        for row in 0..<table.count {
            for index in 0..<steps {
                let value = table[row, index]
                if SeriesTable.isAbsent(value) { continue }
                let a = swapped ? scalar[index] : value
                let b = swapped ? value : scalar[index]
                let combined = Self.combine(node.operation, a, b, returnsBool: node.returnsBool)
                // A filter keeps the vector's value, on whichever side it stands.
                result[row, index] = combined.map { isFilter ? value : $0 } ?? SeriesTable.absent
            }
        }
        if !isFilter {
            result.labels = result.labels.map(\.withoutName)
            try checkUnique(result.labels)
        }
        return result
    }

    private func checkSupported(_ node: BinaryExpression) throws {
        if node.operation == .trimUpper || node.operation == .trimLower {
            throw QueryError(.execution, "\(node.operation.rawValue) works on native histograms, which are not stored")
        }
        if node.matching?.fillLeft != nil || node.matching?.fillRight != nil {
            throw QueryError(.execution, "fill modifiers are not supported")
        }
    }

    private func signature(_ labels: Labels, _ matching: VectorMatching) -> Labels {
        matching.isOn
            ? labels.keeping(Set(matching.labels)) : labels.dropping(Set(matching.labels + [Labels.metricName]))
    }

    private func set(_ node: BinaryExpression, _ left: SeriesTable, _ right: SeriesTable) throws -> SeriesTable {
        let matching = node.matching ?? VectorMatching(cardinality: .manyToMany)
        let leftKeys = left.labels.map { signature($0, matching) }
        let rightKeys = right.labels.map { signature($0, matching) }
        var result = node.operation == .or ? left : left
        func presence(_ table: SeriesTable, _ keys: [Labels]) -> [Labels: [Bool]] {
            var found: [Labels: [Bool]] = [:]
            for row in 0..<table.count {
                var flags = found[keys[row]] ?? Array(repeating: false, count: steps)
                for index in 0..<steps where !SeriesTable.isAbsent(table[row, index]) { flags[index] = true }
                found[keys[row]] = flags
            }
            return found
        }
        if node.operation == .or {
            let taken = presence(left, leftKeys)
            for row in 0..<right.count {
                let flags = taken[rightKeys[row]]
                let values = right.row(row).enumerated().map { flags?[$0.offset] == true ? SeriesTable.absent : $0.element }
                if values.contains(where: { !SeriesTable.isAbsent($0) }) { mergeRow(right.labels[row], values, &result) }
            }
            return result
        }
        let other = presence(right, rightKeys)
        for row in 0..<left.count {
            let flags = other[leftKeys[row]]
            for index in 0..<steps where (flags?[index] ?? false) == (node.operation == .unless) {
                result[row, index] = SeriesTable.absent
            }
        }
        return result
    }

    /// A series that is on the left at some steps and on the right at others is one series.
    private func mergeRow(_ labels: Labels, _ values: [Double], _ table: inout SeriesTable) {
        if let row = table.labels.firstIndex(of: labels) {
            for index in 0..<steps where !SeriesTable.isAbsent(values[index]) { table[row, index] = values[index] }
        } else {
            table.append(labels, values)
        }
    }

    private func match(_ node: BinaryExpression, _ left: SeriesTable, _ right: SeriesTable) throws -> SeriesTable {
        try checkSupported(node)
        let matching = node.matching ?? VectorMatching(cardinality: .oneToOne)
        let isSwapped = matching.cardinality == .oneToMany
        let many = isSwapped ? right : left
        let one = isSwapped ? left : right
        var oneRows: [Labels: [Int]] = [:]
        for row in 0..<one.count { oneRows[signature(one.labels[row], matching), default: []].append(row) }
        for (key, rows) in oneRows where rows.count > 1 {
            try checkOneSide(one, rows, key, side: isSwapped ? "left" : "right")
        }
        let isFilter = node.operation.isComparison && !node.returnsBool
        var result = SeriesTable(steps: steps)
        var resultRows: [Labels: Int] = [:]
        for row in 0..<many.count {
            let key = signature(many.labels[row], matching)
            guard let candidates = oneRows[key] else { continue }
            for candidate in candidates {
                let labels = resultLabels(many.labels[row], one.labels[candidate], node, matching, keepsName: isFilter)
                for index in 0..<steps {
                    let m = many[row, index]
                    let o = one[candidate, index]
                    if SeriesTable.isAbsent(m) || SeriesTable.isAbsent(o) { continue }
                    let a = isSwapped ? o : m
                    let b = isSwapped ? m : o
                    let combined = Self.combine(node.operation, a, b, returnsBool: node.returnsBool)
                    // Duplicates are an error even where the comparison filters the value away.
                    let target = resultRows[labels] ?? result.appendEmpty(labels)
                    resultRows[labels] = target
                    try claim(target, index, row, matching, labels)
                    if let combined { result[target, index] = combined }
                }
            }
        }
        claims.removeAll()
        return result
    }

    private func checkOneSide(_ one: SeriesTable, _ rows: [Int], _ key: Labels, side: String) throws {
        for index in 0..<steps {
            let present = rows.filter { !SeriesTable.isAbsent(one[$0, index]) }
            if present.count > 1 {
                throw QueryError(
                    .execution,
                    "found duplicate series for the match group \(braced(key)) on the \(side) hand-side of the operation: "
                        + "[\(braced(one.labels[present[1]])), \(braced(one.labels[present[0]]))]"
                        + ";many-to-many matching not allowed: matching labels must be unique on one side")
            }
        }
    }

    private func braced(_ labels: Labels) -> String {
        "{" + labels.pairs.map { "\($0.name)=\(quoted($0.value))" }.joined(separator: ", ") + "}"
    }

    private func claim(_ target: Int, _ index: Int, _ row: Int, _ matching: VectorMatching, _ labels: Labels) throws {
        let place = target * steps + index
        if let other = claims[place], other != row || matching.cardinality == .oneToOne {
            throw QueryError(
                .execution,
                matching.cardinality == .oneToOne
                    ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                    : "multiple matches for labels: grouping labels must ensure unique matches")
        }
        claims[place] = row
    }

    private func resultLabels(
        _ many: Labels, _ one: Labels, _ node: BinaryExpression, _ matching: VectorMatching, keepsName: Bool
    ) -> Labels {
        let named = keepsName ? many : many.withoutName
        if matching.cardinality == .oneToOne {
            return matching.isOn ? named.keeping(Set(matching.labels)) : named.dropping(Set(matching.labels))
        }
        var builder = LabelsBuilder(named)
        for name in matching.include { builder.set(name, one[name]) }
        return builder.labels()
    }
}
