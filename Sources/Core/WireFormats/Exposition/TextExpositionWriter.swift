package import Basics
import SignalModel

/// Writes text exposition 0.0.4, as our own `/metrics` serves it. Families are written one after another, each
/// with all of its samples. Names that 0.0.4 cannot have are written as 1.0.0 does, in quotation marks.
package struct TextExpositionWriter {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    /// Of an exposition with names in quotation marks.
    package static let quotingContentType = "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"

    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// The lines that say what the samples after them are.
    package mutating func family(_ name: String, _ type: MetricType, help: String) {
        append("# HELP \(name) ")
        for byte in help.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x0a: append("\\n")
            default: bytes.append(byte)
            }
        }
        append("\n# TYPE \(name) \(Self.word(type))\n")
    }

    /// Begins a family of which neither type nor help is known.
    package mutating func untyped(_ name: String) {
        append("# TYPE ")
        append(name: name, isMetric: true)
        append(" untyped\n")
    }

    package mutating func sample(
        _ name: String, labels: [(name: String, value: String)] = [], _ value: Double, at time: Timestamp? = nil
    ) {
        let isPlain = LabelName.isLegacyMetricName(name)
        if isPlain { append(name) }
        if !labels.isEmpty || !isPlain {
            append("{")
            if !isPlain { append(name: name, isMetric: true) }
            for (index, label) in labels.enumerated() {
                if index > 0 || !isPlain { append(",") }
                append(name: label.name, isMetric: false)
                append("=\"")
                appendEscaped(label.value)
                append("\"")
            }
            append("}")
        }
        append(" ")
        append(Self.text(value))
        if let time { append(" \(time.milliseconds)") }
        append("\n")
    }

    /// Shortest text that reads back as the same double.
    package static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The types that 0.0.4 knows.
    private static func word(_ type: MetricType) -> String {
        switch type {
        case .counter, .gauge, .histogram, .summary: type.rawValue
        case .info, .stateSet: "gauge"
        case .unknown, .gaugeHistogram: "untyped"
        }
    }

    private mutating func append(name: String, isMetric: Bool) {
        if isMetric ? LabelName.isLegacyMetricName(name) : LabelName.isLegacy(name) { return append(name) }
        append("\"")
        appendEscaped(name)
        append("\"")
    }

    private mutating func appendEscaped(_ value: String) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\""): append("\\\"")
            case 0x0a: append("\\n")
            default: bytes.append(byte)
            }
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
