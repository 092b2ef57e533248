import Basics
package import SignalModel

/// Remote write 2.0: `io.prometheus.write.v2.Request`, whose series name their labels by places in one table of texts.
extension RemoteWriteDecoder {
    /// Texts in one request; more throw.
    static let symbolsMax = 2_000_000

    /// Adds the request's good series to `batch` and leaves the others in `report`.
    package mutating func decodeVersion2(
        _ message: UnsafeRawBufferPointer, into batch: inout SampleBatch
    ) throws(WireFormatError) {
        begin()
        guard message.count <= LabelCollector.bytesMax else {
            throw WireFormatError(.tooLarge, .whole, "a message of \(message.count) bytes")
        }
        let symbols = try Self.symbols(message)
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            guard field.number == 5 else {
                try reader.skip(field)
                continue
            }
            try reader.expect(field, ProtobufReader.Wire.bytes, "timeseries")
            try decodeSeriesVersion2(message, try reader.range(), symbols, into: &batch)
        }
    }

    package mutating func decodeVersion2(
        _ message: [UInt8], into batch: inout SampleBatch
    ) throws(WireFormatError) {
        let outcome = message.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try decodeVersion2(bytes, into: &batch)) } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    /// Places of the texts. They may stand anywhere in the message, so they are gathered first.
    private static func symbols(_ message: UnsafeRawBufferPointer) throws(WireFormatError) -> [Range<Int>] {
        var symbols: [Range<Int>] = []
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            guard field.number == 4 else {
                // Reserved in 2.0, so that a message of 1.0 is not taken for one without series.
                if field.number < 4 {
                    throw WireFormatError(.malformed, .byte(reader.cursor), "a message of remote write 1.0")
                }
                try reader.skip(field)
                continue
            }
            try reader.expect(field, ProtobufReader.Wire.bytes, "symbol")
            symbols.append(try reader.range())
            guard symbols.count <= symbolsMax else {
                throw WireFormatError(.tooLarge, .byte(reader.cursor), "more than \(symbolsMax) symbols")
            }
        }
        if let first = symbols.first, !first.isEmpty {
            throw WireFormatError(.malformed, .byte(first.lowerBound), "the first symbol is not the empty text")
        }
        return symbols
    }

    private mutating func decodeSeriesVersion2(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, _ symbols: [Range<Int>],
        into batch: inout SampleBatch
    ) throws(WireFormatError) {
        labels.removeAll()
        samples.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
        exemplars.removeAll()
        let badHistograms = report.badHistogramCount
        var references: [Int] = []
        var metadata: Range<Int>?
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: try Self.references(&reader, field, message, into: &references)
            case 2:
                try reader.expect(field, ProtobufReader.Wire.bytes, "sample")
                try readSample(message, try reader.range())
            case 3:
                try reader.expect(field, ProtobufReader.Wire.bytes, "histogram")
                try readHistogram(message, try reader.range())
            case 4:
                try reader.expect(field, ProtobufReader.Wire.bytes, "exemplar")
                try readExemplar(message, try reader.range(), symbols)
            case 5:
                try reader.expect(field, ProtobufReader.Wire.bytes, "metadata")
                metadata = try reader.range()
            default: try reader.skip(field)
            }
        }
        var problem: SeriesProblem?
        if references.count % 2 != 0 || references.contains(where: { $0 >= symbols.count }) {
            problem = .badSymbolReference
        } else {
            for place in stride(from: 0, to: references.count, by: 2) {
                labels.add(name: symbols[references[place]], value: symbols[references[place + 1]], in: message)
            }
            problem = labels.check(message, hasMetricName: overrides.hasMetricName)
            if problem == nil, samples.isEmpty, histograms.isEmpty, report.badHistogramCount == badHistograms {
                problem = .noSamples
            }
        }
        take(problem, message, into: &batch)
        if problem == nil, let metadata {
            try noteMetadata(message, metadata, references, symbols)
        }
    }

    /// Packed, or one by one.
    static func references(
        _ reader: inout ProtobufReader, _ field: ProtobufReader.Field, _ message: UnsafeRawBufferPointer,
        into references: inout [Int]
    ) throws(WireFormatError) {
        if field.wire == ProtobufReader.Wire.varint {
            references.append(Int(clamping: try reader.varint()))
            return
        }
        try reader.expect(field, ProtobufReader.Wire.bytes, "label references")
        let range = try reader.range()
        var inner = ProtobufReader(message, range)
        while inner.cursor < inner.end { references.append(Int(clamping: try inner.varint())) }
    }

    private mutating func noteMetadata(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, _ references: [Int], _ symbols: [Range<Int>]
    ) throws(WireFormatError) {
        func text(_ reference: UInt64) -> String {
            guard let place = Int(exactly: reference), place < symbols.count else { return "" }
            return MetadataText.bounded(message, symbols[place])
        }
        var record = MetricMetadata(metric: "")
        for place in stride(from: 0, to: references.count, by: 2)
        where message[symbols[references[place]]].elementsEqual(Labels.metricName.utf8) {
            record.metric = text(UInt64(references[place + 1]))
        }
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.varint, "metadata type")
                let number = Int(clamping: try reader.varint())
                record.type = number < MetricType.allCases.count ? MetricType.allCases[number] : .unknown
            case 3:
                try reader.expect(field, ProtobufReader.Wire.varint, "metadata help")
                record.help = text(try reader.varint())
            case 4:
                try reader.expect(field, ProtobufReader.Wire.varint, "metadata unit")
                record.unit = text(try reader.varint())
            default: try reader.skip(field)
            }
        }
        if !record.metric.isEmpty { keep(record) }
    }
}
