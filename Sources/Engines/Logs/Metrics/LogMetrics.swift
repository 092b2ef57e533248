package import Basics
package import SignalModel
internal import Synchronization

/// Counts what rules ask of records as they pass. Exact over a crash: `cut` gives the samples and, to be made durable
/// before these are stored, a checkpoint with everything counted and the document of the queue it reaches to. What is
/// read again after a restart and is in the checkpoint is passed over, so counters never fall back and count nothing
/// twice. A checkpoint has to be durable before the store is past its documents: nobody reads these again.
///
/// Safe from several threads; records have to come in the order of the queue.
package final class LogMetrics: Sendable {
    struct Counted: Sendable {
        var rule: LogMetricRule
        var series: [Labels: LogMetricSeries] = [:]
    }

    struct State: Sendable {
        var counted: [Counted]
        var ordinal: UInt64 = 0
        /// Of the cut before.
        var cutTime: Timestamp?
        /// No cut was made since it was read from a checkpoint.
        var isRestored = false
        var leftOut: UInt64 = 0
    }

    package struct Cut: Sendable {
        /// To be on disk before `samples` are stored.
        package var checkpoint: [UInt8]
        package var samples: SampleBatch
    }

    /// Further ones of a rule are left out and counted: a field with a value for each record would fill the store.
    package static let seriesOfRuleMax = 2000
    /// Records with a longer one are left out and counted: every checkpoint would have it.
    package static let labelBytesMax = 2048

    private let classes: FieldClasses
    let state: Mutex<State>

    package init(_ rules: [LogMetricRule], classes: FieldClasses = FieldClasses()) {
        self.classes = classes
        state = Mutex(State(counted: rules.map { Counted(rule: $0) }))
    }

    /// Goes on from a checkpoint; a rule that is not as it was then begins anew. Throws when it is damaged.
    package init(
        _ rules: [LogMetricRule], classes: FieldClasses = FieldClasses(), checkpoint: [UInt8]
    ) throws(CheckpointError) {
        self.classes = classes
        state = Mutex(try State(rules, checkpoint: checkpoint))
    }

    package var rules: [LogMetricRule] { state.withLock { $0.counted.map(\.rule) } }

    /// Counts by these from the next batch on; a rule that was there goes on.
    package func replace(_ rules: [LogMetricRule]) {
        state.withLock { state in
            let known = state.counted
            state.counted = rules.map { rule in known.first { $0.rule == rule } ?? Counted(rule: rule) }
        }
    }

    /// Forgets every series.
    package func beginAnew() {
        state.withLock { state in state.counted = state.counted.map { Counted(rule: $0.rule) } }
    }

    /// Records for which there was no room for another series, or with a label that is too long.
    package var leftOutCount: UInt64 { state.withLock { $0.leftOut } }

    /// The last document that is counted.
    package var ordinal: UInt64 { state.withLock { $0.ordinal } }

    /// Takes the records of the documents up to and with `ordinal`, as far as they are not counted.
    package func observe(_ batch: LogBatch, through ordinal: UInt64) throws(LogQueryError) {
        let (rules, counted) = state.withLock { ($0.counted.map(\.rule), $0.ordinal) }
        guard ordinal > counted else { return }
        var found: [(rule: LogMetricRule, values: [(Labels, [Double])])] = []
        var failure: LogQueryError?
        var tooLong = 0
        if !rules.isEmpty, !batch.isEmpty {
            let pending = PendingBatch(batch)
            let dead = Self.passedOver(pending, counted)
            let snapshot = LogSnapshot(sources: [.init(content: .pending(pending), dead: dead)])
            for rule in rules {
                let query = LogQuery(indices: rule.indices, filter: rule.filter, classes: classes)
                do throws(LogQueryError) {
                    try snapshot.visit(query) { block throws(LogQueryError) in
                        found.append((rule, try Self.found(rule, block, &tooLong).map { ($0.key, $0.value) }))
                    }
                } catch { failure = error }
            }
        }
        // At once: a checkpoint has all of a batch or nothing.
        state.withLock { state in
            for (rule, values) in found { state.add(values, of: rule) }
            state.leftOut += UInt64(tooLong)
            state.ordinal = ordinal
        }
        if let failure { throw failure }
    }

    /// Rows that are counted already, or no records but deletions of some.
    private static func passedOver(_ pending: PendingBatch, _ counted: UInt64) -> RowBitmap? {
        let records = pending.batch.records
        func isOut(_ record: LogBatch.Record) -> Bool {
            record.sequence <= counted || record.conflict == .deletes
        }
        guard records.contains(where: isOut) else { return nil }
        var dead = RowBitmap(rowCount: pending.order.count)
        for (row, place) in pending.order.enumerated() where isOut(records[Int(place)]) { dead.insert(row) }
        return dead
    }

    /// What a block adds, by label set; of a counter the values are not looked at.
    private static func found(
        _ rule: LogMetricRule, _ block: LogBlockView, _ tooLong: inout Int
    ) throws(LogQueryError) -> [Labels: [Double]] {
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
            guard pairs.allSatisfy({ $0.value.utf8.count <= labelBytesMax }) else {
                tooLong += 1
                continue
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

    /// Everything counted until now. Times of cuts have to grow.
    package func cut(at now: Timestamp) -> Cut {
        state.withLock { state in
            var samples = SampleBatch()
            // A series begins with zero, where the cut before stood: what it counted since is seen as increase.
            let before = max(state.cutTime ?? .distantPast, Timestamp(milliseconds: now.milliseconds - 60_000))
            for place in state.counted.indices {
                let rule = state.counted[place].rule
                for labels in Array(state.counted[place].series.keys) {
                    state.counted[place].series[labels]?.write(
                        rule, labels, to: &samples, at: now, before: before, isRestored: state.isRestored)
                }
            }
            state.isRestored = false
            state.cutTime = now
            return Cut(checkpoint: state.checkpoint, samples: samples)
        }
    }

    /// Everything counted until now, to be made durable.
    package var checkpoint: [UInt8] { state.withLock { $0.checkpoint } }

    /// The samples of the last cut were not stored: the next one begins the same series again.
    package func repeatStarts() { state.withLock { $0.isRestored = true } }
}

extension LogMetrics.State {
    fileprivate mutating func add(_ values: [(Labels, [Double])], of rule: LogMetricRule) {
        // It may have been taken away meanwhile.
        guard let place = counted.firstIndex(where: { $0.rule == rule }) else { return }
        for (labels, numbers) in values {
            if counted[place].series[labels] == nil, counted[place].series.count >= LogMetrics.seriesOfRuleMax {
                leftOut += UInt64(numbers.count)
            } else {
                counted[place].series[labels, default: LogMetricSeries()].add(numbers, of: rule)
            }
        }
    }
}
