import Basics
import SignalModel

extension OTLPMetricsDecoder {
    /// What every kind of point has.
    struct Point {
        /// Nanoseconds since the epoch, zero when not said.
        var start: UInt64 = 0
        var time: UInt64 = 0
        var flags: UInt64 = 0

        /// `DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK`: the series ended.
        var isStale: Bool { flags & 1 != 0 }
        var milliseconds: Int64 { Int64(time / 1_000_000) }
        var startTime: Timestamp? { start == 0 ? nil : SampleTime.clamped(Int64(start / 1_000_000)) }
        var timestamp: Timestamp { SampleTime.clamped(milliseconds) }
    }

    mutating func beginPoint() {
        point = Point()
        exemplarPlaces.removeAll(keepingCapacity: true)
    }

    /// Adds an attribute to the point's labels.
    mutating func addAttribute(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireFormatError) -> Bool
    {
        try labels.add(message, try AttributeText.pair(message, range), .attribute)
    }

    /// Exemplars taken of a point; the reservoirs of SDKs hold one a bucket.
    private static let exemplarsMax = 512

    /// Notes an exemplar for `takeExemplars`.
    mutating func noteExemplar(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireFormatError) {
        var value: Double?
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 3: value = try reader.double(field, "value of an exemplar")
            case 6:
                try reader.expect(field, ProtobufReader.Wire.fixed64, "value of an exemplar")
                value = Double(Int64(bitPattern: try reader.fixed64()))
            default: try reader.skip(field)
            }
        }
        guard let value, exemplarPlaces.count < Self.exemplarsMax else {
            report.badExemplars += 1
            return
        }
        exemplarPlaces.append((value, range))
    }

    /// False when the point cannot be taken, which is then reported.
    mutating func isUsable(_ message: UnsafeRawBufferPointer, _ problem: String?) -> Bool {
        if let problem { reject(message, points: 1, problem) }
        return problem == nil
    }

    /// `NumberDataPoint`.
    mutating func decodeNumber(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, hasExemplars: Bool, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        beginPoint()
        var value: Double?
        var hasNames = true
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 2: point.start = try reader.fixed(field)
            case 3: point.time = try reader.fixed(field)
            case 4: value = try reader.double(field, "value of a point")
            case 5 where hasExemplars: try noteExemplar(message, try reader.text(field, "exemplar"))
            case 6: value = Double(Int64(bitPattern: try reader.fixed(field)))
            case 7: hasNames = try addAttribute(message, try reader.text(field, "attribute")) && hasNames
            case 8: point.flags = try reader.count(field, "flags")
            default: try reader.skip(field)
            }
        }
        guard isUsable(message, problem(hasNames, hasValue: value != nil) ?? settle(message)) else { return }
        try append(message, metric.name, value ?? 0, into: &batch)
    }

    /// `SummaryDataPoint`.
    mutating func decodeSummary(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        beginPoint()
        var count: UInt64 = 0
        var sum = 0.0
        var quantiles: [(quantile: Double, value: Double)] = []
        var hasNames = true
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 2: point.start = try reader.fixed(field)
            case 3: point.time = try reader.fixed(field)
            case 4: count = try reader.fixed(field)
            case 5: sum = try reader.double(field, "sum of a summary")
            case 6: quantiles.append(try Self.quantile(message, try reader.text(field, "quantile")))
            case 7: hasNames = try addAttribute(message, try reader.text(field, "attribute")) && hasNames
            case 8: point.flags = try reader.count(field, "flags")
            default: try reader.skip(field)
            }
        }
        guard isUsable(message, problem(hasNames, hasValue: true) ?? settle(message, .quantile)) else { return }
        try append(message, metric.countName, Double(count), into: &batch)
        try append(message, metric.sumName, sum, into: &batch)
        for (quantile, value) in quantiles {
            let bound = labels.addText(PlainDecimal.text(quantile))
            try append(message, metric.name, bound: bound, value, into: &batch)
        }
    }

    /// `ValueAtQuantile`.
    private static func quantile(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> (Double, Double) {
        var result = (0.0, 0.0)
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: result.0 = try reader.double(field, "quantile")
            case 2: result.1 = try reader.double(field, "value of a quantile")
            default: try reader.skip(field)
            }
        }
        return result
    }

    func problem(_ hasNames: Bool, hasValue: Bool) -> String? {
        if !hasNames { return "an attribute's key has no character that a label's name can have" }
        if point.time == 0 { return "a point without a time" }
        return hasValue || point.isStale ? nil : "a point without a value"
    }

    mutating func settle(_ message: UnsafeRawBufferPointer, _ bound: AttributeLabels.Bound = .none) -> String? {
        labels.settle(message, bound)?.description
    }

    // MARK: Series

    /// Adds one series of the point: a float, or the marker that ends it. Of the noted exemplars it gets those up to
    /// `exemplarsUpTo`.
    mutating func append(
        _ message: UnsafeRawBufferPointer, _ name: Range<Int>, bound: Range<Int> = 0..<0, _ value: Double,
        exemplarsUpTo limit: Double = .infinity, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        sampleCount += 1
        let sample = Sample(timestamp: point.timestamp, value: point.isStale ? StaleMarker.value : value)
        guard
            beginSeries(
                message, name, bound,
                { packed in
                    withUnsafePointer(to: sample) {
                        batch.samples.append(packed: packed, samples: UnsafeBufferPointer(start: $0, count: 1))
                    }
                })
        else { return }
        try endSeries(message, exemplarsUpTo: limit, into: &batch)
    }

    mutating func append(
        _ message: UnsafeRawBufferPointer, _ histogram: NativeHistogram, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        sampleCount += 1
        guard
            beginSeries(
                message, metric.name, 0..<0,
                { batch.samples.append(packed: $0, samples: UnsafeBufferPointer(start: nil, count: 0)) })
        else { return }
        batch.samples.append(histogram, at: point.timestamp)
        try endSeries(message, exemplarsUpTo: .infinity, into: &batch)
    }

    private mutating func beginSeries(
        _ message: UnsafeRawBufferPointer, _ name: Range<Int>, _ bound: Range<Int>,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        let problem = labels.pack(name: name, bound: bound, &collector, overrides, body)
        if let problem { reject(message, points: 1, problem.description) }
        return problem == nil
    }

    private mutating func endSeries(
        _ message: UnsafeRawBufferPointer, exemplarsUpTo limit: Double, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        note(point.milliseconds)
        if metric.isDelta, !point.isStale {
            batch.increments.append(
                OTLPBatch.Increment(entry: batch.samples.entries.count - 1, start: point.startTime))
        }
        if exemplarPlaces.isEmpty { return }
        try takeExemplars(message, upTo: limit)
        exemplars.putInOrder()
        exemplars.append(to: &batch.samples, sampleTime: point.timestamp)
        exemplars.removeAll()
    }
}

extension ProtobufReader {
    mutating func fixed(_ field: Field) throws(WireFormatError) -> UInt64 {
        try expect(field, Wire.fixed64, "a 64-bit field of a point")
        return try fixed64()
    }
}
