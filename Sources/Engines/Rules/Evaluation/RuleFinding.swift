package import Basics
import GoTemplates
import PromQL
import SignalModel

/// What a rule's expression said at one time, its labels and annotations expanded. Made without any state, on
/// whatever thread may block; then handed to `GroupEvaluator.apply`.
package enum RuleFinding: Sendable {
    case records([RecordedSeries])
    case alerts([AlertCandidate])
}

package struct RecordedSeries: Sendable {
    var labels: Labels
    var value: Double
    /// Instead of the value.
    var histogram: NativeHistogram?
}

/// An element of an alerting rule's vector, about to become or to confirm an alert.
package struct AlertCandidate: Sendable, Hashable {
    var labels: Labels
    var annotations: Labels
    var value: Double
}

extension Rule {
    /// Blocks on the query. Throws what the API shows as the rule's last error.
    package func find(in group: RuleGroup, at time: Timestamp, _ context: RuleContext) throws -> RuleFinding {
        switch self {
        case .recording(let rule): .records(try rule.find(in: group, at: time, context))
        case .alerting(let rule): .alerts(try rule.find(in: group, at: time, context))
        }
    }
}

extension RecordingRule {
    func find(in group: RuleGroup, at time: Timestamp, _ context: RuleContext) throws -> [RecordedSeries] {
        let answer = try context.querying.instantVector(expression, at: time - group.queryOffset)
        let vector = answer.vector
        try checkCount(vector.count)
        var seen: Set<Labels> = []
        var result: [RecordedSeries] = []
        for element in vector {
            var builder = LabelsBuilder(element.labels)
            builder.set(Labels.metricName, name)
            for label in labels { builder.set(label.name, label.value.source) }
            let labels = builder.labels()
            guard seen.insert(labels).inserted else {
                throw RuleError("vector contains metrics with the same labelset after applying rule labels")
            }
            let value = element.sample.value
            result.append(
                RecordedSeries(
                    labels: labels, value: value,
                    histogram: HistogramBox.isBox(value) ? answer.histograms[HistogramBox.place(value)] : nil))
        }
        if group.limit > 0, result.count > group.limit {
            throw RuleError("exceeded limit of \(group.limit) with \(result.count) series")
        }
        return result
    }
}

extension AlertingRule {
    func find(in group: RuleGroup, at time: Timestamp, _ context: RuleContext) throws -> [AlertCandidate] {
        let queryTime = time - group.queryOffset
        let vector = try context.querying.instantVector(expression, at: queryTime).vector
        try checkCount(vector.count)
        let querying = context.querying
        let environment = TemplateEnvironment(externalURL: context.externalURL) { text in
            // As Prometheus does, templates ask about the evaluation's time, not the offset one.
            try querying.instantVector(parsing: text, at: time).vector.map {
                TemplateSample(labels: $0.labels, value: $0.sample.float)
            }
        }
        var seen: Set<Labels> = []
        var result: [AlertCandidate] = []
        for element in vector {
            let data = TemplateData(
                labels: element.labels, externalLabels: context.externalLabels, externalURL: context.externalURL,
                value: element.sample.float)
            let expand = { (template: Template) in Self.expand(template, data, at: time, environment) }
            var builder = LabelsBuilder(element.labels.withoutName)
            for label in labels { builder.set(label.name, expand(label.value)) }
            builder.set("alertname", name)
            let labels = builder.labels()
            guard seen.insert(labels).inserted else {
                throw RuleError("vector contains metrics with the same labelset after applying alert labels")
            }
            let annotations = Labels(annotations.map { ($0.name, expand($0.value)) })
            result.append(AlertCandidate(labels: labels, annotations: annotations, value: element.sample.float))
        }
        return result
    }

    /// A template that fails says so where its text would stand; the alert is told all the same.
    private static func expand(
        _ template: Template, _ data: TemplateData, at time: Timestamp, _ environment: TemplateEnvironment
    ) -> String {
        do { return try template.render(data, at: time, in: environment) } catch {
            return "<error expanding template: error executing template \(template.name): \(error)>"
        }
    }
}

extension Sample {
    /// What Prometheus takes for the value where only a float will do: zero for a histogram.
    fileprivate var float: Double { HistogramBox.isBox(value) ? 0 : value }
}

private func checkCount(_ count: Int) throws(RuleError) {
    if count > RuleLimits.elementsMax {
        throw RuleError("exceeded limit of \(RuleLimits.elementsMax) with \(count) elements")
    }
}
