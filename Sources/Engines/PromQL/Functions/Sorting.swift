import SignalModel

extension Evaluator {
    /// `sort` and `sort_desc`: NaN comes last either way, equal values stand by labels. The answer of a range query is sorted by labels, so
    /// there is nothing to do.
    func sort(_ node: CallExpression, isDescending: Bool) throws -> Evaluated {
        let table = try floats(node.arguments[0])
        guard steps == 1 else { return .vector(table) }
        let order = (0..<table.count).sorted { left, right in
            let a = table[left, 0]
            let b = table[right, 0]
            if a == b || (a.isNaN && b.isNaN) { return table.labels[left] < table.labels[right] }
            if a.isNaN || b.isNaN { return b.isNaN }
            return isDescending ? a > b : a < b
        }
        return .vector(table.picking(order))
    }

    /// `sort_by_label(v, name…)`: by each label in turn, numbers in them by size, then by all labels.
    func sortByLabel(_ node: CallExpression, isDescending: Bool) throws -> Evaluated {
        var table = try vector(node.arguments[0])
        guard steps == 1 else { return .vector(table) }
        table.settleNames()
        let names = try node.arguments.dropFirst().map(string)
        let keys = table.labels.map { labels in names.map { labels[$0] } }
        let order = (0..<table.count).sorted { left, right in
            for (a, b) in zip(keys[left], keys[right]) where a != b {
                return isDescending ? NaturalOrder.precedes(b, a) : NaturalOrder.precedes(a, b)
            }
            return isDescending
                ? table.labels[right] < table.labels[left] : table.labels[left] < table.labels[right]
        }
        return .vector(table.picking(order))
    }
}
