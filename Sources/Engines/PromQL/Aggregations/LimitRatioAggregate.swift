import Basics
import SignalModel

extension Evaluator {
    /// `limit_ratio(r, v)`: a sample of about that share of the series, chosen by a hash of their labels —
    /// Prometheus' — so that the same series come each time and `limit_ratio(r - 1, v)` is exactly the rest.
    func limitRatio(_ node: AggregationExpression, _ table: SeriesTable) throws -> SeriesTable {
        let ratios = try parameter(node).map { ratio in
            if ratio.isNaN { throw QueryError(.execution, "Ratio value is NaN") }
            let capped = min(max(ratio, -1), 1)
            if capped != ratio, let position = node.parameter?.position {
                context.warn(
                    "ratio value should be between -1 and 1, got \(ValueFormat.general(ratio)), "
                        + "capping to \(ValueFormat.general(capped))", at: position)
            }
            return capped
        }
        let shares = (0..<table.count).map { row in
            Double(table.effectiveLabels(row).packed.withUnsafeBytes { XXHash64.of($0) }) / Double(UInt64.max)
        }
        return try choosing(node, table) { members, step, chosen in
            let ratio = ratios[step]
            for row in members where !SeriesTable.isAbsent(table[row, step]) {
                let isChosen = ratio >= 0 ? shares[row] < ratio : shares[row] >= 1 + ratio
                if isChosen { chosen.append(row) }
            }
        }
    }
}
