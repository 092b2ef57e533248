import Basics
import SignalModel

extension IntakeDecoder {
    /// Samples become series: dots of names are underscores, tags are labels, with the service that sent them.
    mutating func readMetricSet(_ event: DocumentObject) throws(IntakeProblem) {
        let kind = "metricset"
        guard let samples = event.value("samples")?.object else { throw .missing("samples", in: kind) }
        guard samples.count <= maxima.samples else {
            throw .invalid("samples", in: kind, "are more than \(maxima.samples)")
        }
        let time = Timestamp(milliseconds: try time(event, kind) / 1_000_000)
        var labels = LabelsBuilder()
        for tag in event.value("tags")?.object?.members ?? [] {
            guard let text = tag.value.scalarText else {
                throw .invalid("tags.\(tag.name.prefix(64))", in: kind, "must be a text, a number or a boolean")
            }
            labels.set(Self.labelName(tag.name), SpanText.cut(text, to: limits.nameBytesMax))
        }
        let own: [(String, DocumentValue?)] = [
            ("transaction_name", event.value("transaction", "name")),
            ("transaction_type", event.value("transaction", "type")),
            ("span_type", event.value("span", "type")), ("span_subtype", event.value("span", "subtype")),
        ]
        for (name, value) in own { labels.set(name, value?.scalarText ?? "") }
        labels.set("service_name", metadata?.service ?? "")
        labels.set("environment", metadata?.environment ?? "")
        labels.set("instance", metadata?.node ?? "")
        for forcedLabel in forced.attributes {
            let name = forcedLabel.name == SpanResourceNames.environmentName ? "environment" : forcedLabel.name
            labels.set(name, forcedLabel.value)
        }
        for sample in samples.members {
            guard let object = sample.value.object else {
                throw .invalid("samples.\(sample.name.prefix(64))", in: kind, "must be an object")
            }
            // Histograms (`values` and `counts`) have no one value; they are left out.
            guard let value = object.value("value") else {
                guard object.value("values") != nil else {
                    throw .missing("value", in: "metricset: samples.\(sample.name.prefix(64))")
                }
                continue
            }
            guard let number = value.number else {
                throw .invalid("samples.\(sample.name.prefix(64)).value", in: kind, "must be a number")
            }
            labels.set("__name__", Self.labelName(sample.name))
            events.metrics.append(
                IntakeEvents.Metric(
                    name: sample.name, labels: labels.labels(), timestamp: time, value: number))
        }
        events.report.accepted += 1
    }

    /// A name that every query language takes.
    private static func labelName(_ name: String) -> String {
        var bytes = name.utf8.prefix(256).map { byte -> UInt8 in
            let isFine = byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
            return isFine ? byte : UInt8(ascii: "_")
        }
        if let first = bytes.first, first &- 0x30 < 10 { bytes.insert(UInt8(ascii: "_"), at: 0) }
        let text = bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
        // What begins so is the store's own.
        return text.hasPrefix("__") ? "label" + text : text
    }
}
