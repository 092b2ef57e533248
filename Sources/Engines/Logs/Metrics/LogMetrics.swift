package import Basics
package import SignalModel
internal import Synchronization

/// Counts what rules ask of records as they pass. Counts begin at zero with each start; what is read from the queue
/// again after a crash counts again, as a counter that was reset.
///
/// Safe from several threads.
package final class LogMetrics: Sendable {
    fileprivate struct Series {
        var count: UInt64 = 0
        var sum = 0.0
        /// Of each bound how many values are at most it, and not at most the one before.
        var buckets: [UInt64] = []
    }

    fileprivate struct State {
        /// Of each rule.
        var series: [[Labels: Series]]
        var leftOut: UInt64 = 0
    }

    /// Further ones of a rule are left out and counted: a field with a value for each record would fill the store.
    package static let seriesOfRuleMax = 2000

    package let rules: [LogMetricRule]
    private let classes: FieldClasses
    private let state: Mutex<State>

    package init(_ rules: [LogMetricRule], classes: FieldClasses = FieldClasses()) {
        self.rules = rules
        self.classes = classes
        state = Mutex(State(series: rules.map { _ in [:] }))
    }

    /// Records for which there was no room for another series.
    package var leftOutCount: UInt64 { state.withLock { $0.leftOut } }

    /// Takes records that have been processed.
    package func observe(_ batch: LogBatch) throws(LogQueryError) {
        guard !rules.isEmpty, !batch.isEmpty else { return }
        let snapshot = LogSnapshot(sources: [.init(content: .pending(PendingBatch(batch)), dead: nil)])
        for (place, rule) in rules.enumerated() {
            let query = LogQuery(indices: rule.indices, filter: rule.filter, classes: classes)
            try snapshot.visit(query) { block throws(LogQueryError) in
                let found = try Self.found(rule, block)
                state.withLock { state in
                    for (labels, values) in found { state.add(values, of: rule, at: place, labels) }
                }
            }
        }
    }

    /// What a block adds, by label set; of a counter the values are not looked at.
    private static func found(_ rule: LogMetricRule, _ block: LogBlockView) throws(LogQueryError) -> [Labels:
        [Double]]
    {
        var columns: [(name: String, column: DecodedColumn)] = []
        for label in rule.labels {
            if let column = try block.column(label.field) { columns.append((label.name, column)) }
        }
        var numbers: DecodedColumn?
        if case .histogram(let field, _) = rule.kind {
            numbers = try block.column(field)
            guard numbers != nil else { return [:] }
        }
        var found: [Labels: [Double]] = [:]
        for row in block.matching.rows {
            var value = 1.0
            if let numbers {
                guard let entry = numbers.entries(of: row).first, let number = number(numbers[entry]) else {
                    continue
                }
                value = number
            }
            let pairs = columns.compactMap { name, column in
                column.entries(of: row).first.map { (name: name, value: column[$0].text) }
            }
            found[Labels(pairs), default: []].append(value)
        }
        return found
    }

    private static func number(_ value: FieldValue) -> Double? {
        let number: Double? =
            switch value {
            case .integer(let value): Double(value)
            case .double(let value): value
            case .string(let text): Double(text)
            case .null, .bool: nil
            }
        return number.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Everything counted so far, for the store.
    package func append(to batch: inout SampleBatch, at time: Timestamp) {
        state.withLock { state in
            for (rule, series) in zip(rules, state.series) {
                for (labels, one) in series { one.append(rule, labels, to: &batch, at: time) }
            }
        }
    }
}

extension LogMetrics.State {
    fileprivate mutating func add(_ values: [Double], of rule: LogMetricRule, at place: Int, _ labels: Labels) {
        if series[place][labels] == nil, series[place].count >= LogMetrics.seriesOfRuleMax {
            leftOut += UInt64(values.count)
            return
        }
        series[place][labels, default: .init()].add(values, of: rule)
    }
}

extension LogMetrics.Series {
    fileprivate mutating func add(_ values: [Double], of rule: LogMetricRule) {
        count += UInt64(values.count)
        guard case .histogram(_, let bounds) = rule.kind else { return }
        if buckets.isEmpty { buckets = [UInt64](repeating: 0, count: bounds.count) }
        for value in values {
            sum += value
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { buckets[bucket] += 1 }
        }
    }

    fileprivate func append(_ rule: LogMetricRule, _ labels: Labels, to batch: inout SampleBatch, at time: Timestamp)
    {
        func add(_ ending: String, _ value: Double, _ labels: Labels) {
            batch.beginSeries(labels.setting(Labels.metricName, to: rule.name + ending))
            batch.append(Sample(timestamp: time, value: value))
        }
        guard case .histogram(_, let bounds) = rule.kind else { return add("_total", Double(count), labels) }
        var below: UInt64 = 0
        for (bound, bucket) in zip(bounds, buckets) {
            below += bucket
            add("_bucket", Double(below), labels.setting("le", to: bound.description))
        }
        add("_bucket", Double(count), labels.setting("le", to: "+Inf"))
        add("_sum", sum, labels)
        add("_count", Double(count), labels)
    }
}
