import Basics
import PromQL
import SignalModel
import TestKit
import WireFormats

/// Runs a script against the engine over a loaded store.
struct QueryScriptRunner {
    struct Outcome {
        var passed = 0
        /// With their reason; only for scripts that are not ours.
        var skipped: [String] = []
        var failures: [String] = []
    }

    private var store = LoadedStore()
    private var outcome = Outcome()
    private let name: String

    static func run(_ text: String, name: String) throws -> Outcome {
        var runner = QueryScriptRunner(name: name)
        for (line, command) in try QueryScript(text).commands {
            switch command {
            case .clear: runner = QueryScriptRunner(name: name, outcome: runner.outcome)
            case .load(let step, let lines): try runner.load(lines, step)
            case .evaluate(let one): runner.evaluate(one)
            case .unsupported(let text): runner.outcome.skipped.append("\(name):\(line): \(text)")
            }
        }
        return runner.outcome
    }

    private init(name: String, outcome: Outcome = Outcome()) {
        self.name = name
        self.outcome = outcome
    }

    private mutating func load(_ lines: [String], _ step: Int64) throws {
        for line in lines {
            store.load(try SeriesDescription(line), step: step)
        }
    }

    private mutating func evaluate(_ one: QueryCase) {
        do {
            try check(one)
            outcome.passed += 1
        } catch {
            outcome.failures.append("\(name):\(one.line): \(one.expression): \(error)")
        }
    }

    private func check(_ one: QueryCase) throws {
        var limits = QueryLimits()
        limits.delaysNameRemoval = name.contains("delayed")
        let engine = QueryEngine(source: store, limits: limits, clock: VirtualClock())
        let result: QueryResult
        do { result = try query(engine, one) } catch {
            guard one.expectsFailure else { throw error }
            for (kind, text) in one.conditions where kind == "fail" { try Expectation.match(text, ["\(error)"]) }
            return
        }
        if one.expectsFailure { throw Mismatch("expected a failure, got \(result.value)") }
        try Expectation.check(one, result)
        guard one.step == nil, one.expectedGrid == nil, one.expectedString == nil, !one.isOrdered else { return }
        try checkAsRange(engine, one, result)
    }

    private func query(_ engine: QueryEngine, _ one: QueryCase) throws -> QueryResult {
        let expression = try PromQLParser.parse(one.expression, options: .everything)
        let start = Timestamp(milliseconds: one.start)
        guard let step = one.step else { return try engine.instant(expression, at: start, text: one.expression) }
        return try engine.range(
            expression, from: start, through: Timestamp(milliseconds: one.end), step: .milliseconds(step),
            text: one.expression)
    }

    /// The middle of a three-step range query must say the same as the instant query.
    private func checkAsRange(_ engine: QueryEngine, _ one: QueryCase, _ instant: QueryResult) throws {
        if ["start()", "end()", "step()", "range()"].contains(where: one.expression.contains) { return }
        let expression = try PromQLParser.parse(one.expression, options: .everything)
        let time = Timestamp(milliseconds: one.start)
        let range: QueryResult
        do {
            range = try engine.range(
                expression, from: time - .seconds(60), through: time + .seconds(60), step: .seconds(60))
        } catch let error as QueryError {
            // Neighbouring steps may fail where this one does not.
            if error.message.contains("labelset") || error.message.contains("match") { return }
            throw error
        }
        guard case .matrix(let series) = range.value else { throw Mismatch("a range query gave \(range.value)") }
        var middle: [Labels: Double] = [:]
        for one in series {
            for sample in one.samples where sample.timestamp == time { middle[one.labels] = sample.value }
        }
        switch instant.value {
        case .scalar(let sample): try Expectation.equal(middle[.empty] ?? .nan, sample.value, "as a range")
        case .vector(let elements):
            guard middle.count == elements.count else { throw Mismatch("as a range: \(middle), not \(elements)") }
            for element in elements {
                guard let value = middle[element.labels] else { throw Mismatch("as a range: no \(element.labels)") }
                let wanted = element.sample.value
                guard HistogramBox.isBox(value), HistogramBox.isBox(wanted) else {
                    try Expectation.equal(value, wanted, "as a range")
                    continue
                }
                try Expectation.equal(
                    range.histograms[HistogramBox.place(value)], instant.histograms[HistogramBox.place(wanted)],
                    "as a range")
            }
        default: break
        }
    }
}
