import Glibc
import SignalModel

extension Evaluator {
    func aggregate(_ node: AggregationExpression) throws -> SeriesTable {
        let table = try vector(node.operand)
        let names = Set(node.grouping)
        var groups: [Labels: Int] = [:]
        var members: [[Int]] = []
        var keys: [Labels] = []
        for row in 0..<table.count {
            let key = node.isWithout
                ? table.labels[row].dropping(names.union([Labels.metricName])) : table.labels[row].keeping(names)
            if let group = groups[key] {
                members[group].append(row)
            } else {
                groups[key] = members.count
                members.append([row])
                keys.append(key)
            }
        }
        switch node.operation {
        case .topk, .bottomk, .limitk, .limitRatio: return try pick(node, table, members)
        case .countValues: return try countValues(node, table, members, keys)
        default: break
        }
        let parameter = node.operation == .quantile ? try node.parameter.map(scalar) : nil
        if let parameter, let position = node.parameter?.position {
            for value in parameter where value.isNaN || value < 0 || value > 1 {
                warn("quantile value should be between 0 and 1, got \(ValueFormat.json(value))", at: position)
                break
            }
        }
        var result = SeriesTable(steps: steps)
        var column: [Double] = []
        for (group, rows) in members.enumerated() {
            let target = result.appendEmpty(keys[group])
            try checkpoint(rows.count)
            for index in 0..<steps {
                column.removeAll(keepingCapacity: true)
                for row in rows {
                    let value = table[row, index]
                    if !SeriesTable.isAbsent(value) { column.append(value) }
                }
                if column.isEmpty { continue }
                result[target, index] = Self.reduce(node.operation, column, parameter?[index] ?? 0)
            }
        }
        return result
    }

    static func reduce(_ operation: AggregationOperator, _ values: [Double], _ parameter: Double) -> Double {
        switch operation {
        case .sum: return KahanSum.of(values[...])
        case .avg: return KahanSum.average(values[...])
        case .count: return Double(values.count)
        case .group: return 1
        case .min: return values.dropFirst().reduce(values[0]) { $1 < $0 || $0.isNaN ? $1 : $0 }
        case .max: return values.dropFirst().reduce(values[0]) { $1 > $0 || $0.isNaN ? $1 : $0 }
        case .stdvar: return KahanSum.variance(values[...])
        case .stddev: return KahanSum.variance(values[...]).squareRoot()
        case .quantile: return Quantile.of(parameter, values)
        default: return .nan
        }
    }

    private func pick(_ node: AggregationExpression, _ table: SeriesTable, _ members: [[Int]]) throws -> SeriesTable {
        guard let expression = node.parameter else { throw QueryError(.execution, "expected a parameter") }
        let parameter = try scalar(expression)
        var result = SeriesTable(steps: steps)
        result.labels = table.labels
        result.values = Array(repeating: SeriesTable.absent, count: table.values.count)
        var order: [Int] = []
        for rows in members {
            try checkpoint(rows.count)
            for index in 0..<steps {
                let present = rows.filter { !SeriesTable.isAbsent(table[$0, index]) }
                let chosen: [Int]
                switch node.operation {
                case .topk, .bottomk:
                    let k = try Self.count(parameter[index])
                    let isTop = node.operation == .topk
                    // NaN is the least wanted value of both.
                    chosen = Array(present.sorted { left, right in
                        let a = table[left, index]
                        let b = table[right, index]
                        if a.isNaN || b.isNaN { return !a.isNaN && b.isNaN }
                        return isTop ? a > b : a < b
                    }.prefix(k))
                case .limitk: chosen = Array(present.prefix(try Self.count(parameter[index])))
                default:
                    let ratio = parameter[index]
                    if ratio.isNaN { throw QueryError(.execution, "Ratio value is NaN") }
                    let bounded = min(max(ratio, -1), 1)
                    chosen = present.filter { row in
                        let share = Double(table.labels[row].hash >> 11) / Double(1 << 53)
                        return bounded >= 0 ? share < bounded : share >= 1 + bounded
                    }
                }
                for row in chosen { result[row, index] = table[row, index] }
                if steps == 1 { order += chosen }
            }
        }
        guard steps == 1 else { return result }
        var ordered = SeriesTable(steps: 1)
        for row in order { ordered.append(table.labels[row], table.row(row)) }
        return ordered
    }

    private static func count(_ value: Double) throws -> Int {
        if value.isNaN { throw QueryError(.execution, "Parameter value is NaN") }
        if value <= -9.3e18 || value >= 9.3e18 {
            throw QueryError(.execution, "Scalar value \(ValueFormat.json(value)) overflows int64")
        }
        return max(0, Int(value))
    }

    private func countValues(
        _ node: AggregationExpression, _ table: SeriesTable, _ members: [[Int]], _ keys: [Labels]
    ) throws -> SeriesTable {
        guard let expression = node.parameter else { throw QueryError(.execution, "expected a parameter") }
        let name = try string(expression)
        if name.isEmpty { throw QueryError(.execution, "invalid label name \(quoted(name))") }
        var result = SeriesTable(steps: steps)
        var places: [Labels: Int] = [:]
        for (group, rows) in members.enumerated() {
            for index in 0..<steps {
                for row in rows where !SeriesTable.isAbsent(table[row, index]) {
                    let labels = keys[group].setting(name, to: NumberText.positional(table[row, index]))
                    let target = places[labels] ?? result.appendEmpty(labels)
                    places[labels] = target
                    result[target, index] = SeriesTable.isAbsent(result[target, index]) ? 1 : result[target, index] + 1
                }
            }
        }
        return result
    }
}
