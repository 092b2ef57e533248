import Basics
import SignalModel

/// The messages `Metric`, `Counter`, `Gauge`, `Untyped`, `Summary`, `Exemplar`.
extension ProtobufExpositionParser {
    mutating func parseMetric(
        _ range: Range<Int>, _ type: FamilyType, _ page: inout Page, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        pairs.removeAll(keepingCapacity: true)
        // What a metric leaves out is an empty message.
        var body = range.lowerBound..<range.lowerBound
        var milliseconds: Int64 = 0
        var reader = ProtobufReader(page.readable, range)
        while let field = try reader.next() {
            switch (field.number, type) {
            case (1, _):
                let pair = try reader.text(field, "label")
                pairs.append(try ProtobufReader.labelPair(page.readable, pair))
            case (2, .gauge), (3, .counter), (4, .summary), (5, .untyped), (7, .histogram), (7, .gaugeHistogram):
                body = try reader.text(field, "value of a metric")
            case (6, _): milliseconds = Int64(bitPattern: try reader.count(field, "timestamp"))
            default: try reader.skip(field)
            }
        }
        let isTimed = milliseconds != 0 && options.honorsTimestamps
        let moment = Moment(
            time: isTimed ? SampleTime.clamped(milliseconds) : page.time, isTimed: isTimed, place: range)
        exemplars.removeAll()
        switch type {
        case .counter, .gauge, .untyped: try parseNumber(body, type, moment, &page, &batch)
        case .summary: try parseSummary(body, moment, &page, &batch)
        case .histogram, .gaugeHistogram:
            try parseHistogram(body, isGauge: type == .gaugeHistogram, moment, &page, &batch)
        }
    }

    /// When a metric was, and where it stands in the message.
    struct Moment {
        var time: Timestamp
        /// The time is its own.
        var isTimed: Bool
        var place: Range<Int>
    }

    private mutating func parseNumber(
        _ range: Range<Int>, _ type: FamilyType, _ moment: Moment, _ page: inout Page, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        var value = 0.0
        var reader = ProtobufReader(page.readable, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: value = try reader.double(field, "value of a metric")
            case 2 where type == .counter: try readExemplar(try reader.text(field, "exemplar"), page)
            default: try reader.skip(field)
            }
        }
        try append(.none, value, moment, page, &batch)
    }

    private mutating func parseSummary(
        _ range: Range<Int>, _ moment: Moment, _ page: inout Page, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        var count: UInt64 = 0
        var sum = 0.0
        var reader = ProtobufReader(page.readable, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: count = try reader.count(field, "count of a summary")
            case 2: sum = try reader.double(field, "sum of a summary")
            case 3:
                var quantile = 0.0
                var value = 0.0
                var inner = ProtobufReader(page.readable, try reader.text(field, "quantile"))
                while let field = try inner.next() {
                    switch field.number {
                    case 1: quantile = try inner.double(field, "quantile")
                    case 2: value = try inner.double(field, "value of a quantile")
                    default: try inner.skip(field)
                    }
                }
                try append(.none, value, moment, page, &batch, bound: (page.quantileLabel, quantile))
            default: try reader.skip(field)
            }
        }
        try append(.count, Double(count), moment, page, &batch)
        try append(.sum, sum, moment, page, &batch)
    }

    /// Into `exemplars`.
    mutating func readExemplar(_ range: Range<Int>, _ page: Page) throws(WireFormatError) {
        exemplars.labels.removeAll()
        var value = 0.0
        var time: Timestamp?
        var reader = ProtobufReader(page.readable, range)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                let pair = try ProtobufReader.labelPair(page.readable, try reader.text(field, "exemplar label"))
                exemplars.labels.add(name: pair.name, value: pair.value, in: page.readable)
            case 2: value = try reader.double(field, "value of an exemplar")
            case 3: time = try Self.time(page.readable, try reader.text(field, "timestamp of an exemplar"))
            default: try reader.skip(field)
            }
        }
        if let problem = exemplars.finish(page.readable, value: value, at: time) {
            throw page.problem(range, "exemplar: \(problem)")
        }
    }

    /// `google.protobuf.Timestamp`.
    private static func time(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> Timestamp {
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        var reader = ProtobufReader(bytes, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: seconds = Int64(bitPattern: try reader.count(field, "seconds"))
            case 2: nanoseconds = Int64(bitPattern: try reader.count(field, "nanoseconds"))
            default: try reader.skip(field)
            }
        }
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return SampleTime.clamped(seconds < 0 ? .min : .max) }
        return SampleTime.clamped(milliseconds &+ nanoseconds / 1_000_000)
    }

    // MARK: Series

    /// Adds a float with the family's name and the metric's labels, and the exemplars read for it.
    mutating func append(
        _ suffix: Page.Suffix, _ value: Double, _ moment: Moment, _ page: Page, _ batch: inout ScrapeBatch,
        bound: (label: Range<Int>, value: Double)? = nil
    ) throws(WireFormatError) {
        try beginSeries(suffix, bound, moment, page, &batch)
        batch.samples.append(Sample(timestamp: moment.time, value: value))
        try endSeries(moment, page, &batch)
    }

    mutating func append(
        _ histogram: NativeHistogram, _ moment: Moment, _ page: Page, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        try beginSeries(.none, nil, moment, page, &batch)
        batch.samples.append(histogram, at: moment.time)
        try endSeries(moment, page, &batch)
    }

    private mutating func beginSeries(
        _ suffix: Page.Suffix, _ bound: (label: Range<Int>, value: Double)?, _ moment: Moment, _ page: Page,
        _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        let bytes = page.readable
        labels.removeAll()
        labels.add(name: page.metricName, value: page.name(suffix), in: bytes)
        for pair in pairs { labels.add(name: pair.name, value: pair.value, in: bytes) }
        if let bound {
            let text = boundTexts.write(bound.value, to: page.boundRange, in: page.bytes)
            labels.add(name: bound.label, value: text, in: bytes)
        }
        if let problem = labels.check(bytes, hasMetricName: false) {
            throw WireFormatError(.malformed, .byte(moment.place.lowerBound), "\(problem): \(labels.text(bytes))")
        }
        if moment.isTimed { batch.timedEntries.append(batch.samples.entries.count) }
        labels.pack(bytes, overrides, keepsEmpty: true) { packed in
            batch.samples.append(packed: packed, samples: UnsafeBufferPointer(start: nil, count: 0))
        }
    }

    private mutating func endSeries(
        _ moment: Moment, _ page: Page, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        exemplars.append(to: &batch.samples, sampleTime: moment.time)
        exemplars.removeAll()
        guard batch.samples.entries.count <= TextExpositionParser.samplesMax else {
            throw WireFormatError(
                .tooLarge, .byte(moment.place.lowerBound), "more than \(TextExpositionParser.samplesMax) samples")
        }
    }
}
