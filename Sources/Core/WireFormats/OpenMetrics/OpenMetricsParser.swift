package import Basics
import SignalModel

/// Parses OpenMetrics text, versions 0.0.1 and 1.0 (prometheus/OpenMetrics, specification/OpenMetrics.md) with quoted
/// UTF-8 names, as strictly as Prometheus' `textparse.OpenMetricsParser` does: one blank between words, no empty
/// lines, `# EOF` at the end. One bad line refuses all.
///
/// Like Prometheus it does not check that samples fit the family before them, and takes `_created` for a series.
package struct OpenMetricsParser {
    /// A sample with a timestamp of its own keeps it; otherwise `time` is the time of all.
    package var honorsTimestamps: Bool
    private var labels = LabelCollector()
    private let overrides = LabelOverrides(.empty)
    private var exemplars = ExemplarCollector()
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
            try parseAll(&scanner, time, &batch)
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

    private mutating func parseAll(
        _ scanner: inout ExpositionScanner, _ time: Timestamp, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        // The line feed that we added is no text.
        let end = scanner.bytes.count - 1
        while scanner.cursor < end {
            guard scanner.peek == UInt8(ascii: "#") else {
                try parseSample(&scanner, time, &batch)
                continue
            }
            guard try parseComment(&scanner, &batch) == .end else { continue }
            if scanner.peek == 0x0a, scanner.cursor < end { scanner.endLine() }
            if scanner.cursor < end {
                throw WireFormatError(.malformed, scanner.place, "unexpected data after # EOF")
            }
            return
        }
        throw WireFormatError(.malformed, scanner.place, "data does not end with # EOF")
    }

    private mutating func parseSample(
        _ scanner: inout ExpositionScanner, _ time: Timestamp, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        let start = scanner.place
        try parseSeries(&scanner, start)
        if let problem = labels.check(scanner.readable, hasMetricName: false) {
            throw WireFormatError(.malformed, start, "\(problem): \(labels.text(scanner.readable))")
        }
        let value = try Self.number(&scanner)
        var sample = Sample(timestamp: time, value: value)
        var isTimed = false
        if scanner.peek != 0x0a, !Self.isAtExemplar(scanner) {
            let own = try Self.time(&scanner)
            if honorsTimestamps {
                sample.timestamp = own
                isTimed = true
            }
        }
        guard batch.samples.entries.count < TextExpositionParser.samplesMax else {
            throw WireFormatError(.tooLarge, start, "more than \(TextExpositionParser.samplesMax) samples")
        }
        if isTimed { batch.timedEntries.append(batch.samples.entries.count) }
        labels.pack(scanner.readable, overrides, keepsEmpty: true) { packed in
            withUnsafePointer(to: sample) { pointer in
                batch.samples.append(packed: packed, samples: UnsafeBufferPointer(start: pointer, count: 1))
            }
        }
        if scanner.peek != 0x0a {
            try parseExemplar(&scanner)
            exemplars.append(to: &batch.samples, sampleTime: sample.timestamp)
        }
        scanner.endLine()
    }

    // MARK: Labels

    /// The metric name, the labels in braces, or both.
    private mutating func parseSeries(
        _ scanner: inout ExpositionScanner, _ start: WireFormatError.Place
    ) throws(WireFormatError) {
        labels.removeAll()
        let name = scanner.identifier(colonAllowed: true)
        var hasName = !name.isEmpty
        if hasName { labels.add(name: ExpositionText.nameRange, value: name, in: scanner.readable) }
        guard scanner.peek == UInt8(ascii: "{") else {
            if !hasName { throw TextExpositionParser.expected("a metric name or a comment", scanner) }
            return
        }
        scanner.advance()
        while scanner.peek != UInt8(ascii: "}") {
            let label = try Self.label(&scanner)
            if let value = label.value {
                let isBound = BoundText.isBound(label.name, of: type, scanner.readable)
                labels.add(
                    name: label.name,
                    value: isBound
                        ? boundTexts.normalised(value, scratch: ExpositionText.boundRange, in: scanner.bytes) : value,
                    in: scanner.readable)
            } else {
                // A quoted text alone is the metric's name.
                if hasName { throw WireFormatError(.malformed, start, "the metric name is there twice") }
                hasName = true
                labels.add(name: ExpositionText.nameRange, value: label.name, in: scanner.readable)
            }
            try Self.endLabel(&scanner)
        }
        scanner.advance()
        if !hasName { throw WireFormatError(.malformed, start, "no metric name") }
    }

    private static func label(
        _ scanner: inout ExpositionScanner
    ) throws(WireFormatError) -> (name: Range<Int>, value: Range<Int>?) {
        let isQuoted = scanner.peek == UInt8(ascii: "\"")
        let name = isQuoted ? try quotedText(&scanner) : scanner.identifier(colonAllowed: false)
        if name.isEmpty, !isQuoted {
            throw TextExpositionParser.expected("a label name or a closing brace", scanner)
        }
        guard scanner.peek == UInt8(ascii: "=") else {
            guard isQuoted else { throw TextExpositionParser.expected("an equals sign", scanner) }
            return (name, nil)
        }
        scanner.advance()
        guard scanner.peek == UInt8(ascii: "\"") else {
            throw TextExpositionParser.expected("a quoted label value", scanner)
        }
        return (name, try quotedText(&scanner))
    }

    /// Past a comma; one may stand before the closing brace.
    private static func endLabel(_ scanner: inout ExpositionScanner) throws(WireFormatError) {
        if scanner.peek == UInt8(ascii: ",") {
            scanner.advance()
        } else if scanner.peek != UInt8(ascii: "}") {
            throw TextExpositionParser.expected("a comma or a closing brace", scanner)
        }
    }

    /// In this format a text does not go on in the next line.
    private static func quotedText(_ scanner: inout ExpositionScanner) throws(WireFormatError) -> Range<Int> {
        let opening = scanner.place
        let line = scanner.line
        let text = try scanner.quotedText()
        guard scanner.line == line else {
            throw WireFormatError(.malformed, opening, "a quoted text that does not end")
        }
        return text
    }

    // MARK: Behind the labels

    private static func isAtExemplar(_ scanner: ExpositionScanner) -> Bool {
        let at = scanner.cursor
        // Each byte that is no line feed has another behind it.
        return scanner.bytes[at] == 0x20 && scanner.bytes[at + 1] == UInt8(ascii: "#")
            && scanner.bytes[at + 2] == 0x20 && scanner.bytes[at + 3] == UInt8(ascii: "{")
    }

    private mutating func parseExemplar(_ scanner: inout ExpositionScanner) throws(WireFormatError) {
        guard Self.isAtExemplar(scanner) else {
            throw TextExpositionParser.expected("an exemplar or the end of the line", scanner)
        }
        let start = scanner.place
        exemplars.removeAll()
        exemplars.labels.removeAll()
        for _ in 0..<4 { scanner.advance() }
        while scanner.peek != UInt8(ascii: "}") {
            let label = try Self.label(&scanner)
            guard let value = label.value else {
                throw TextExpositionParser.expected("an equals sign", scanner)
            }
            exemplars.labels.add(name: label.name, value: value, in: scanner.readable)
            try Self.endLabel(&scanner)
        }
        scanner.advance()
        let value = try Self.number(&scanner)
        let time = scanner.peek == 0x0a ? nil : try Self.time(&scanner)
        guard scanner.peek == 0x0a else { throw TextExpositionParser.expected("the end of the line", scanner) }
        if let problem = exemplars.finish(scanner.readable, value: value, at: time) {
            throw WireFormatError(.malformed, start, "exemplar: \(problem)")
        }
    }

    private static func word(
        _ scanner: inout ExpositionScanner, _ what: StaticString
    ) throws(WireFormatError) -> (bytes: UnsafeRawBufferPointer, place: WireFormatError.Place) {
        guard scanner.peek == 0x20 else { throw TextExpositionParser.expected("\(what)", scanner) }
        scanner.advance()
        let place = scanner.place
        return (UnsafeRawBufferPointer(rebasing: scanner.readable[scanner.word()]), place)
    }

    private static func number(
        _ scanner: inout ExpositionScanner
    ) throws(WireFormatError) -> Double {
        let (word, place) = try word(&scanner, "a blank and a value")
        guard let value = DecimalNumber.parse(word) else {
            throw WireFormatError(.malformed, place, "\(excerpt(word)) is no number")
        }
        return value
    }

    /// Seconds, cut to milliseconds as Prometheus cuts them.
    private static func time(_ scanner: inout ExpositionScanner) throws(WireFormatError) -> Timestamp {
        let (word, place) = try word(&scanner, "a blank and a timestamp, an exemplar or the end of the line")
        guard let seconds = DecimalNumber.parse(word), seconds.isFinite else {
            throw WireFormatError(.malformed, place, "\(excerpt(word)) is no timestamp")
        }
        return SampleTime.clamped(
            Int64(exactly: (seconds * 1000).rounded(.towardZero)) ?? (seconds < 0 ? .min : .max))
    }

    private static func excerpt(_ word: UnsafeRawBufferPointer) -> String {
        quoted(String(decoding: word.prefix(40), as: UTF8.self))
    }
}
