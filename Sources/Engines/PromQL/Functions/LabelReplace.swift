import Basics
import SignalModel

extension Evaluator {
    /// `label_replace(v, target, replacement, source, pattern)`: where the whole source value matches, the target
    /// becomes the expanded replacement; an empty one removes it.
    func labelReplace(_ node: CallExpression) throws -> Evaluated {
        var table = try vector(node.arguments[0])
        let texts = try node.arguments.dropFirst().map(string)
        let (target, source) = (texts[0], texts[2])
        let pattern: RegularExpression
        do { pattern = try RegularExpression(texts[3]) } catch {
            throw QueryError(.execution, "invalid regular expression in label_replace(): \(texts[3])")
        }
        if !Self.canNameLabel(target) {
            throw QueryError(.execution, "invalid destination label name in label_replace(): \(target)")
        }
        let template = CaptureTemplate(texts[1], for: pattern)
        table.settleNames()
        for row in 0..<table.count {
            guard let groups = pattern.captures(of: table.labels[row][source]) else { continue }
            try set(target, to: template.expanded(groups), ofRow: row, &table)
        }
        if target == Labels.metricName { table.names.areShared = false }
        try table.mergeDuplicates()
        return .vector(table)
    }

    /// `label_join(v, target, separator, source…)`.
    func labelJoin(_ node: CallExpression) throws -> Evaluated {
        var table = try vector(node.arguments[0])
        let texts = try node.arguments.dropFirst().map(string)
        let (target, separator) = (texts[0], texts[1])
        if !Self.canNameLabel(target) {
            throw QueryError(.execution, "invalid destination label name in label_join(): \(target)")
        }
        if let bad = texts.dropFirst(2).first(where: { !Self.canNameLabel($0) }) {
            throw QueryError(.execution, "invalid source label name in label_join(): \(bad)")
        }
        table.settleNames()
        for row in 0..<table.count {
            let joined = texts.dropFirst(2).map { table.labels[row][$0] }.joined(separator: separator)
            try set(target, to: joined, ofRow: row, &table)
        }
        if target == Labels.metricName { table.names.areShared = false }
        try table.mergeDuplicates()
        return .vector(table)
    }

    /// Label values longer than this end the query: each nested label_join may double them.
    private static let valueBytesMax = 64 << 10

    private func set(_ name: String, to value: String, ofRow row: Int, _ table: inout SeriesTable) throws {
        guard value.utf8.count <= Self.valueBytesMax else {
            throw QueryError(
                .execution, "a value of label \(quotedText(name)) would be longer than \(Self.valueBytesMax) bytes")
        }
        // Labels weigh on the query too, eight bytes like a point.
        try context.hold(value.utf8.count / 8)
        table.setLabels(table.labels[row].setting(name, to: value), ofRow: row)
        // A name given anew stays.
        if name == Labels.metricName { table.setDropsName(false, ofRow: row) }
    }

    /// Any text of UTF-8 but the empty one.
    static func canNameLabel(_ name: String) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains { StrayByte.byte($0) != nil || $0 == "\u{fffd}" }
    }
}
