import Basics
import PromQL
import Rules
import SignalModel
import WireFormats

/// Reads a file of unit tests and the rule files it names, with every problem at its place.
struct RuleTestDecoding {
    private let files: ConfigurationFiles
    private let problems = ConfigurationNode.Problems()

    /// Evaluations in one test; more are refused: they are a mistyped unit.
    private static let evaluationsMax = 1_000_000

    init(files: ConfigurationFiles) { self.files = files }

    func decode(_ path: String) throws(ConfigurationError) -> RuleTestFile {
        let file = document(path).map { decode($0) }
        guard let file, problems.diagnostics.isEmpty else { throw ConfigurationError(problems.diagnostics) }
        return file
    }

    private func document(_ path: String) -> ConfigurationNode? {
        do { return YAMLDocument.parse(try files.yaml(path), file: path, problems: problems) } catch {
            problems.note(Diagnostic(file: path, line: 0, column: 0, message: error.message))
            return nil
        }
    }

    private func decode(_ root: ConfigurationNode) -> RuleTestFile {
        var reader = root.mapping() ?? MappingReader(entries: [], owner: root)
        var file = RuleTestFile(
            groups: [], evaluationInterval: .seconds(60), comparesFuzzily: false, tests: [], warnings: [])
        file.evaluationInterval =
            reader["evaluation_interval"]?.duration(minimum: .milliseconds(1)) ?? file.evaluationInterval
        file.comparesFuzzily = reader["fuzzy_compare"]?.bool() ?? false
        loadRules(reader["rule_files"], into: &file)
        if let order = reader["group_eval_order"] { file.groups = ordered(file.groups, order) }
        file.tests = reader["tests"]?.list().compactMap { decodeTest($0, file.evaluationInterval) } ?? []
        reader.finish()
        return file
    }

    private func loadRules(_ node: ConfigurationNode?, into file: inout RuleTestFile) {
        var paths: [String] = []
        for pattern in node?.list() ?? [] {
            guard let path = pattern.filePath() else { continue }
            let found = PathText.expand(path, in: files)
            if found.isEmpty { file.warnings.append("no file matches \(path)") }
            paths += found.filter { !paths.contains($0) }
        }
        for path in paths {
            // What lints say is for `check`.
            if let root = document(path) { file.groups += RuleFile.decode(root, MetricsSettings(), lints: false) }
        }
    }

    /// Those named come first, in that order.
    private func ordered(_ groups: [RuleGroup], _ node: ConfigurationNode) -> [RuleGroup] {
        var order: [String: Int] = [:]
        for entry in node.list() {
            guard let name = entry.string() else { continue }
            if order.updateValue(order.count, forKey: name) != nil {
                entry.note("group name repeated in evaluation order: \(name)")
            }
        }
        return groups.enumerated().sorted {
            (order[$0.element.name] ?? .max, $0.offset) < (order[$1.element.name] ?? .max, $1.offset)
        }.map(\.element)
    }

    // MARK: Tests

    private func decodeTest(_ node: ConfigurationNode, _ evaluationInterval: Duration) -> RuleTest? {
        guard var reader = node.mapping() else { return nil }
        var test = RuleTest(
            name: reader["name"]?.string() ?? "", interval: evaluationInterval, start: .epoch, series: [],
            externalLabels: .empty, externalURL: "", alerts: [], expressions: [])
        test.interval = reader["interval"]?.duration(minimum: .milliseconds(1)) ?? test.interval
        if let start = reader["start_timestamp"] { test.start = Self.time(start) ?? test.start }
        test.series = reader["input_series"]?.list().compactMap(Self.series) ?? []
        test.externalLabels = reader["external_labels"]?.labels() ?? .empty
        test.externalURL = reader["external_url"]?.string() ?? ""
        test.alerts = reader["alert_rule_test"]?.list().compactMap(Self.alertCheck) ?? []
        test.expressions = reader["promql_expr_test"]?.list().compactMap(Self.expressionCheck) ?? []
        reader.finish()
        guard test.lastTime / evaluationInterval <= Double(Self.evaluationsMax) else {
            node.note("\(node.path): more than \(Self.evaluationsMax) evaluations until the last eval_time")
            return nil
        }
        return test
    }

    /// RFC 3339, or seconds since 1970.
    private static func time(_ node: ConfigurationNode) -> Timestamp? {
        let text = node.scalarText ?? ""
        if let time = RFC3339.parse(text) { return time }
        if let seconds = Double(text), seconds.magnitude < 1e12 { return Timestamp(seconds: seconds) }
        node.expected("a time such as 2026-01-31T00:00:00Z, or seconds since 1970")
        return nil
    }

    private static func series(_ node: ConfigurationNode) -> SeriesDescription? {
        guard var reader = node.mapping() else { return nil }
        let labels = reader.required("series")
        let values = reader.required("values")
        reader.finish()
        guard let labels, let values, let labelText = labels.labelValue(), let valueText = values.scalarText else {
            values?.expected("values such as 1 2+3x4 _ stale")
            return nil
        }
        do {
            let whole = try SeriesDescription(labelText + " " + valueText)
            let alone = try SeriesDescription(labelText)
            guard alone.values.isEmpty, !whole.labels.isEmpty else {
                labels.expected("labels such as up{job=\"api\"}")
                return nil
            }
            return whole
        } catch {
            (error.reason.contains("value") || error.reason.contains("histogram") ? values : labels).note(
                "\(node.path): \(error.reason)")
            return nil
        }
    }

    private static func alertCheck(_ node: ConfigurationNode) -> RuleTest.AlertCheck? {
        guard var reader = node.mapping() else { return nil }
        let at = reader["eval_time"]?.duration() ?? .zero
        let name = reader.required("alertname")?.string()
        let expected = reader["exp_alerts"]?.list().compactMap { expectedAlert($0, name ?? "") } ?? []
        reader.finish()
        guard let name else { return nil }
        if name.isEmpty { node.note("\(node.path): alertname must not be empty") }
        return RuleTest.AlertCheck(at: at, name: name, expected: expected, place: node.placeText)
    }

    private static func expectedAlert(_ node: ConfigurationNode, _ name: String) -> RuleTest.ExpectedAlert? {
        guard var reader = node.mapping() else { return nil }
        var builder = LabelsBuilder(reader["exp_labels"]?.labels() ?? .empty)
        builder.set("alertname", name)
        let annotations = reader["exp_annotations"]?.texts() ?? .empty
        reader.finish()
        return RuleTest.ExpectedAlert(labels: builder.labels(), annotations: annotations)
    }

    private static func expressionCheck(_ node: ConfigurationNode) -> RuleTest.ExpressionCheck? {
        guard var reader = node.mapping() else { return nil }
        let text = reader.required("expr")
        let at = reader["eval_time"]?.duration() ?? .zero
        let expected = reader["exp_samples"]?.list().compactMap(expectedSample) ?? []
        reader.finish()
        guard let text, let source = text.scalarText else { return nil }
        do {
            return RuleTest.ExpressionCheck(
                at: at, text: source, expression: try PromQLParser.parse(source), expected: expected,
                place: node.placeText)
        } catch {
            text.note("could not parse expression: \(error.message)")
            return nil
        }
    }

    private static func expectedSample(_ node: ConfigurationNode) -> RuleTest.ExpectedSample? {
        guard var reader = node.mapping() else { return nil }
        let labels = reader["labels"]
        let value = reader["value"]
        let histogram = reader["histogram"]
        reader.finish()
        var sample = RuleTest.ExpectedSample(labels: .empty, value: 0)
        if let labels, let text = labels.scalarText {
            guard let parsed = try? LabelText.parse(text), parsed.rest.allSatisfy(\.isWhitespace) else {
                labels.expected("labels such as up{job=\"api\"}")
                return nil
            }
            sample.labels = parsed.0
        }
        if let value {
            // Words that Go's numbers have and YAML's do not.
            guard let number = value.scalarText.flatMap({ Double($0) }) ?? value.number() else { return nil }
            sample.value = number
        }
        if let histogram, let text = histogram.scalarText {
            guard let parsed = HistogramDescription.series(text), parsed.count == 1 else {
                histogram.expected("one histogram such as {{schema:0 count:2 sum:3 buckets:[1 1]}}")
                return nil
            }
            sample.histogram = parsed[0]
        }
        return sample
    }
}

extension ConfigurationNode {
    /// A mapping of any names to texts.
    fileprivate func texts() -> Labels {
        guard var reader = mapping() else { return .empty }
        return Labels(reader.all().compactMap { entry in entry.value.labelValue().map { (entry.name, $0) } })
    }
}
