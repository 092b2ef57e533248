import SignalModel

extension Evaluator {
    /// Quantiles from classic buckets, after Prometheus' bucketQuantile.
    func histogramQuantile(_ node: CallExpression) throws -> SeriesTable {
        let quantile = try scalar(node.arguments[0])
        let table = try vector(node.arguments[1])
        if let bad = quantile.first(where: { $0.isNaN || $0 < 0 || $0 > 1 }) {
            warn("quantile value should be between 0 and 1, got \(ValueFormat.json(bad))", at: node.arguments[0].position)
        }
        var groups: [Labels: [(bound: Double, row: Int)]] = [:]
        var order: [Labels] = []
        for row in 0..<table.count {
            let text = table.labels[row]["le"]
            guard let bound = Double(text == "+Inf" || text == "Inf" ? "inf" : text) else {
                warn(
                    "bucket label \"le\" is missing or has a malformed value of \(quoted(text))",
                    at: node.arguments[1].position)
                continue
            }
            let key = table.labels[row].dropping(["le", Labels.metricName])
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append((bound, row))
        }
        var result = SeriesTable(steps: steps)
        for key in order {
            let buckets = (groups[key] ?? []).sorted { $0.bound < $1.bound }
            let target = result.appendEmpty(key)
            for index in 0..<steps {
                let present = buckets.compactMap { bucket -> Bucket? in
                    let count = table[bucket.row, index]
                    return SeriesTable.isAbsent(count) ? nil : Bucket(bound: bucket.bound, count: count)
                }
                if present.isEmpty { continue }
                let (value, forced) = Bucket.quantile(quantile[index], present)
                if forced {
                    inform("input to histogram_quantile needed to be fixed for monotonicity", at: node.arguments[1].position)
                }
                result[target, index] = value
            }
        }
        return result
    }
}

struct Bucket {
    var bound: Double
    var count: Double

    /// `buckets` sorted by bound.
    static func quantile(_ q: Double, _ buckets: [Bucket]) -> (Double, forced: Bool) {
        if q.isNaN { return (.nan, false) }
        if q < 0 { return (-.infinity, false) }
        if q > 1 { return (.infinity, false) }
        guard buckets.last?.bound == .infinity else { return (.nan, false) }
        var merged: [Bucket] = []
        for bucket in buckets {
            if merged.last?.bound == bucket.bound { merged[merged.count - 1].count += bucket.count } else { merged.append(bucket) }
        }
        var forced = false
        for index in merged.indices.dropFirst() {
            let previous = merged[index - 1].count
            if merged[index].count == previous { continue }
            let difference = abs(merged[index].count - previous)
            if difference / (abs(merged[index].count) + abs(previous)) < 1e-12 {
                merged[index].count = previous
            } else if merged[index].count < previous {
                merged[index].count = previous
                forced = true
            }
        }
        guard merged.count >= 2, let total = merged.last?.count, total != 0, !total.isNaN else { return (.nan, forced) }
        let rank = q * total
        let chosen = merged.dropLast().firstIndex { $0.count >= rank } ?? merged.count - 1
        if chosen == merged.count - 1 { return (merged[merged.count - 2].bound, forced) }
        if chosen == 0, merged[0].bound <= 0 { return (merged[0].bound, forced) }
        let lower = chosen > 0 ? merged[chosen - 1] : Bucket(bound: 0, count: 0)
        let inBucket = merged[chosen].count - lower.count
        return (lower.bound + (merged[chosen].bound - lower.bound) * ((rank - lower.count) / inBucket), forced)
    }
}
