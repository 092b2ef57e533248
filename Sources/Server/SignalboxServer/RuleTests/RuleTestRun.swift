import Basics
import PromQL
import Rules
import SignalModel
import WireFormats

/// Runs one unit test: evaluates the rules at every interval, as promtool does, and compares.
struct RuleTestRun {
    private let file: RuleTestFile
    private let test: RuleTest
    private let store: RuleTestStore
    private let engine: QueryEngine
    private let context: RuleContext
    private var evaluators: [GroupEvaluator]
    /// Each a text of one line or more, without the file's name.
    private(set) var failures: [String] = []

    init(_ test: RuleTest, of file: RuleTestFile) {
        self.file = file
        self.test = test
        store = RuleTestStore(test)
        var limits = QueryLimits()
        limits.defaultSubqueryStep = file.evaluationInterval
        engine = QueryEngine(source: store, limits: limits, clock: SystemClock())
        context = RuleContext(
            querying: RuleQueries(evaluator: engine, language: .stable), externalLabels: test.externalLabels,
            externalURL: test.externalURL)
        evaluators = file.groups.map { GroupEvaluator($0, isRestored: true) }
    }

    mutating func run() {
        let checks = test.alerts.sorted { $0.at < $1.at }
        var nextCheck = 0
        var offset = Duration.zero
        while offset <= test.lastTime {
            let time = test.start + offset
            store.load(through: time)
            let failed = evaluate(at: time)
            if !failed.isEmpty {
                failures += failed
                return
            }
            // An alert asked for between two evaluations is as the earlier one left it.
            while nextCheck < checks.count, checks[nextCheck].at < offset + file.evaluationInterval {
                check(checks[nextCheck])
                nextCheck += 1
            }
            offset += file.evaluationInterval
        }
        for expression in test.expressions { check(expression) }
    }

    private mutating func evaluate(at time: Timestamp) -> [String] {
        var failed: [String] = []
        for place in evaluators.indices {
            evaluators[place].begin()
            for (index, rule) in evaluators[place].group.rules.enumerated() {
                do {
                    let finding = try rule.find(in: evaluators[place].group, at: time, context)
                    let outcome = try evaluators[place].apply(finding, ofRule: index, at: time, context)
                    let appended = store.append(outcome.batch)
                    evaluators[place].settle(outcome, appended, ofRule: index)
                    // What the store refuses fails the rule, but for markers that came too late.
                    if let refusal = appended.refusals.first(where: { $0.entry < outcome.resultCount }) {
                        throw RuleError(refusal.reason.rawValue)
                    }
                } catch {
                    failed.append(
                        "rule \(rule.name) at \(text(time - test.start)): \(error)")
                }
            }
            evaluators[place].finish(at: time, took: .zero)
        }
        return failed
    }

    // MARK: Comparing

    private mutating func check(_ check: RuleTest.AlertCheck) {
        var found: [RuleTest.ExpectedAlert] = []
        for rule in evaluators.flatMap(\.report.rules) where rule.name == check.name {
            guard case .alerting(let alerting) = rule.kind else { continue }
            for alert in alerting.alerts where alert.state == .firing {
                found.append(RuleTest.ExpectedAlert(labels: alert.labels, annotations: alert.annotations))
            }
        }
        var missing: [RuleTest.ExpectedAlert] = []
        for alert in check.expected {
            if let place = found.firstIndex(of: alert) { found.remove(at: place) } else { missing.append(alert) }
        }
        if missing.isEmpty, found.isEmpty { return }
        fail(
            check.place, "alert \(check.name) at \(text(check.at))",
            missing.map(Self.text), found.map(Self.text))
    }

    private mutating func check(_ check: RuleTest.ExpressionCheck) {
        var found: [RuleTest.ExpectedSample]
        do {
            let answer = try RuleAnswer(engine.instant(check.expression, at: test.start + check.at, text: check.text))
            found = answer.vector.map { element in
                let value = element.sample.value
                let isBox = HistogramBox.isBox(value)
                return RuleTest.ExpectedSample(
                    labels: element.labels, value: isBox ? 0 : value,
                    histogram: isBox ? answer.histograms[HistogramBox.place(value)] : nil)
            }
        } catch {
            failures.append("\(check.place): \(check.text) at \(text(check.at)): \(error)")
            return
        }
        var missing: [RuleTest.ExpectedSample] = []
        for sample in check.expected {
            if let place = found.firstIndex(where: { isEqual(sample, $0) }) {
                found.remove(at: place)
            } else {
                missing.append(sample)
            }
        }
        if missing.isEmpty, found.isEmpty { return }
        fail(check.place, "\(check.text) at \(text(check.at))", missing.map(Self.text), found.map(Self.text))
    }

    private func isEqual(_ expected: RuleTest.ExpectedSample, _ found: RuleTest.ExpectedSample) -> Bool {
        guard expected.labels == found.labels else { return false }
        switch (expected.histogram, found.histogram) {
        case (nil, nil):
            if expected.value == found.value || (expected.value.isNaN && found.value.isNaN) { return true }
            return file.comparesFuzzily
                && (expected.value.nextUp == found.value || expected.value.nextDown == found.value)
        case (var mine?, var theirs?):
            mine.compact()
            theirs.compact()
            return mine.isIdentical(to: theirs)
        default: return false
        }
    }

    // MARK: Texts

    private mutating func fail(_ place: String, _ what: String, _ missing: [String], _ found: [String]) {
        let lines =
            ["\(place): \(what)"] + missing.sorted().map { "    expected, not there: \($0)" }
            + found.sorted().map { "    there, not expected: \($0)" }
        failures.append(lines.joined(separator: "\n"))
    }

    private func text(_ duration: Duration) -> String { DurationText.text(milliseconds: duration.milliseconds) }

    private static func text(_ alert: RuleTest.ExpectedAlert) -> String {
        "\(alert.labels)" + (alert.annotations.isEmpty ? "" : " annotations \(alert.annotations)")
    }

    private static func text(_ sample: RuleTest.ExpectedSample) -> String {
        "\(sample.labels) " + (sample.histogram.map(HistogramDescription.text) ?? ValueFormat.json(sample.value))
    }
}
