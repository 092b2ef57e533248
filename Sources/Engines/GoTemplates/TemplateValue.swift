package import Basics
package import SignalModel

/// What an expression in a template can be.
package indirect enum TemplateValue: Sendable, Hashable {
    /// Go's nil, printed `<no value>`.
    case nothing
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case sample(TemplateSample)
    case samples([TemplateSample])
    /// A map of texts, whose missing entries are empty.
    case labels([String: String])
    /// What `args` makes; missing entries are `nothing`.
    case map([String: TemplateValue])
    /// The alert's data: `.Labels`, `.ExternalLabels`, `.ExternalURL`, `.Value`.
    case record([String: TemplateValue])
    case time(Timestamp)
    /// The same on the clocks of a place that are so far ahead of UTC.
    case localTime(Timestamp, aheadSeconds: Int64)
    case duration(Duration)
    case list([TemplateValue], ListKind)
    /// Text that is HTML already.
    case markup(String)

    /// What the elements are: it decides which methods a list has.
    package enum ListKind: Sendable, Hashable {
        case plain
        /// Of `SortedPairs`: records of `Name` and `Value`.
        case pairs
        /// Records of alerts, with a `Status`.
        case alerts
    }
}

/// One element of a query's answer.
package struct TemplateSample: Sendable, Hashable {
    package var labels: [String: String]
    package var value: Double

    package init(labels: Labels, value: Double) {
        self.labels = Dictionary(labels.pairs.map { ($0.name, $0.value) }) { first, _ in first }
        self.value = value
    }
}

extension TemplateValue {
    /// Go's name of the type, for error texts.
    var typeName: String {
        switch self {
        case .nothing: "<nil>"
        case .bool: "bool"
        case .integer: "int"
        case .float: "float64"
        case .string: "string"
        case .sample: "*template.sample"
        case .samples: "template.queryResult"
        case .labels: "map[string]string"
        case .map: "map[string]interface {}"
        case .record: "struct"
        case .time, .localTime: "*time.Time"
        case .duration: "*time.Duration"
        case .list(_, .plain): "[]string"
        case .list(_, .pairs): "template.Pairs"
        case .list(_, .alerts): "template.Alerts"
        case .markup: "template.HTML"
        }
    }

    /// What `if`, `with`, `and`, `or` and `not` take it for.
    var isTrue: Bool {
        switch self {
        case .nothing: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .string(let value): !value.isEmpty
        case .samples(let values): !values.isEmpty
        case .labels(let values): !values.isEmpty
        case .map(let values): !values.isEmpty
        case .list(let values, _): !values.isEmpty
        case .markup(let text): !text.isEmpty
        case .sample, .record, .time, .localTime, .duration: true
        }
    }

    /// As `print` and `%v` print it, where nil is not the absence of a value.
    var printedAsArgument: String { if case .nothing = self { "<nil>" } else { printed } }

    /// As `{{ . }}` prints it.
    var printed: String {
        switch self {
        case .nothing: "<no value>"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .float(let value): GoNumber.general(value)
        case .string(let value): value
        case .sample(let sample): "{\(TemplateValue.labels(sample.labels).printed) \(GoNumber.general(sample.value))}"
        case .samples(let samples):
            "[" + samples.map { TemplateValue.sample($0).printed }.joined(separator: " ") + "]"
        case .labels(let values): Self.printed(values.mapValues(TemplateValue.string))
        case .map(let values): Self.printed(values)
        case .record(let values):
            "{" + values.sorted { $0.key < $1.key }.map(\.value.printed).joined(separator: " ") + "}"
        case .time(let time): GoTime.text(time)
        case .localTime(let time, let ahead): GoTime.text(time, aheadSeconds: ahead)
        case .duration(let span): GoTime.text(span)
        case .list(let values, _): "[" + values.map(\.printedAsArgument).joined(separator: " ") + "]"
        case .markup(let text): text
        }
    }

    private static func printed(_ values: [String: TemplateValue]) -> String {
        "map["
            + values.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.printedAsArgument)" }.joined(
                separator: " ")
            + "]"
    }
}
