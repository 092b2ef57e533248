package import Basics
import SignalModel

/// Parses Prometheus' text exposition, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), with
/// the quoted UTF-8 names of 1.0.0, as Prometheus' `textparse.PromParser` reads it. One bad line refuses all.
///
/// OpenMetrics is a format of its own: see `OpenMetricsParser`.
package struct TextExpositionParser {
    /// An exposition with more samples is refused: a sample may take four bytes of text and takes some 70 here.
    package static let samplesMax = 2_000_000

    /// A sample with a timestamp of its own keeps it; otherwise `time` is the time of all.
    package var honorsTimestamps: Bool
    private var labels = LabelCollector()
    private let overrides = LabelOverrides(.empty)
    var metadata = MetadataBook()
    private var boundTexts = BoundTexts()
    /// Of the family described last.
    var type = MetricType.unknown

    package init(honorsTimestamps: Bool = true) { self.honorsTimestamps = honorsTimestamps }

    /// Replaces what is in `batch`. When it throws, `batch` holds an arbitrary part.
    package mutating func parse(
        _ text: UnsafeRawBufferPointer, at time: Timestamp, into batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        batch.removeAll()
        metadata.removeAll()
        type = .unknown
        try ExpositionText.scan(text) { scanner throws(WireFormatError) in
            while !scanner.isAtEnd { try parseLine(&scanner, time, &batch) }
        }
    }

    package mutating func parse(
        _ text: [UInt8], at time: Timestamp, into batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        let outcome = text.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try parse(bytes, at: time, into: &batch)) } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private mutating func parseLine(
        _ scanner: inout ExpositionScanner, _ time: Timestamp, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        scanner.skipBlanks()
        switch scanner.peek {
        case 0x0a: scanner.endLine()
        case UInt8(ascii: "#"): try parseComment(&scanner, &batch)
        default: try parseSample(&scanner, time, &batch)
        }
    }

    private mutating func parseSample(
        _ scanner: inout ExpositionScanner, _ time: Timestamp, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        let start = scanner.place
        try parseLabels(&scanner)
        if let problem = labels.check(scanner.readable, hasMetricName: false) {
            throw WireFormatError(.malformed, start, "\(problem): \(labels.text(scanner.readable))")
        }
        let sample = try parseValue(&scanner, time)
        guard batch.samples.entries.count < Self.samplesMax else {
            throw WireFormatError(.tooLarge, start, "more than \(Self.samplesMax) samples")
        }
        if sample.isTimed { batch.timedEntries.append(batch.samples.entries.count) }
        labels.pack(scanner.readable, overrides, keepsEmpty: true) { packed in
            withUnsafePointer(to: sample.sample) { pointer in
                batch.samples.append(packed: packed, samples: UnsafeBufferPointer(start: pointer, count: 1))
            }
        }
    }

    /// The metric name, the labels in braces, or both.
    private mutating func parseLabels(_ scanner: inout ExpositionScanner) throws(WireFormatError) {
        labels.removeAll()
        let name = scanner.identifier(colonAllowed: true)
        if !name.isEmpty {
            addMetricName(name, scanner)
            scanner.skipBlanks()
        }
        guard scanner.peek == UInt8(ascii: "{") else {
            if name.isEmpty { throw Self.expected("a metric name", scanner) }
            return
        }
        scanner.advance()
        while true {
            scanner.skipBlanks()
            if scanner.peek == UInt8(ascii: "}") { break }
            try parseLabel(&scanner)
            scanner.skipBlanks()
            if scanner.peek == UInt8(ascii: ",") {
                scanner.advance()
            } else if scanner.peek != UInt8(ascii: "}") {
                throw Self.expected("a comma or a closing brace", scanner)
            }
        }
        scanner.advance()
    }

    private mutating func parseLabel(_ scanner: inout ExpositionScanner) throws(WireFormatError) {
        let isQuoted = scanner.peek == UInt8(ascii: "\"")
        let name = isQuoted ? try scanner.quotedText() : scanner.identifier(colonAllowed: false)
        if name.isEmpty, !isQuoted { throw Self.expected("a label name or a closing brace", scanner) }
        scanner.skipBlanks()
        guard scanner.peek == UInt8(ascii: "=") else {
            // A quoted text alone is the metric's name.
            guard isQuoted else { throw Self.expected("an equals sign", scanner) }
            addMetricName(name, scanner)
            return
        }
        scanner.advance()
        scanner.skipBlanks()
        guard scanner.peek == UInt8(ascii: "\"") else { throw Self.expected("a quoted label value", scanner) }
        var value = try scanner.quotedText()
        if BoundText.isBound(name, of: type, scanner.readable) {
            value = boundTexts.normalised(value, scratch: ExpositionText.boundRange, in: scanner.bytes)
        }
        labels.add(name: name, value: value, in: scanner.readable)
    }

    private mutating func addMetricName(_ name: Range<Int>, _ scanner: ExpositionScanner) {
        labels.add(name: ExpositionText.nameRange, value: name, in: scanner.readable)
    }

    private struct Reading {
        var sample: Sample
        /// It came with a timestamp that counts.
        var isTimed: Bool
    }

    private func parseValue(
        _ scanner: inout ExpositionScanner, _ time: Timestamp
    ) throws(WireFormatError) -> Reading {
        scanner.skipBlanks()
        let valuePlace = scanner.place
        let word = scanner.word()
        guard let value = DecimalNumber.parse(UnsafeRawBufferPointer(rebasing: scanner.readable[word])) else {
            throw WireFormatError(.malformed, valuePlace, "\(Self.excerpt(word, scanner)) is no number")
        }
        scanner.skipBlanks()
        var reading = Reading(sample: Sample(timestamp: time, value: value), isTimed: false)
        if scanner.peek != 0x0a {
            let place = scanner.place
            let word = scanner.word()
            let digits = UnsafeRawBufferPointer(rebasing: scanner.readable[word])
            guard let milliseconds = DecimalNumber.parseInteger(digits) else {
                throw WireFormatError(.malformed, place, "\(Self.excerpt(word, scanner)) is no timestamp")
            }
            if honorsTimestamps {
                reading = Reading(
                    sample: Sample(timestamp: SampleTime.clamped(milliseconds), value: value), isTimed: true)
            }
            scanner.skipBlanks()
        }
        guard scanner.peek == 0x0a else { throw Self.expected("the end of the line", scanner) }
        scanner.endLine()
        return reading
    }
}
