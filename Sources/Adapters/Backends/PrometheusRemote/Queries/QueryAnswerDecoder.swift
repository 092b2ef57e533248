import Basics
import PromQL
import SignalModel
import WireFormats

/// Reads the `data` of `/api/v1/query` and `/api/v1/query_range`.
struct QueryAnswerDecoder {
    private(set) var histograms: [NativeHistogram] = []

    mutating func value(_ reader: inout JSONScanner) throws(WireFormatError) -> QueryValue {
        var type: String?
        var value: QueryValue?
        // Where the result begins, when it stands before its type.
        var early: JSONScanner?
        var copy = self
        try reader.object { (reader, key) throws(WireFormatError) in
            switch key {
            case "resultType": type = try reader.string()
            case "result":
                if let type {
                    value = try copy.result(type, &reader)
                } else {
                    early = reader
                    try reader.skip()
                }
            default: try reader.skip()
            }
        }
        if value == nil, let type, var early { value = try copy.result(type, &early) }
        self = copy
        guard let value else { throw reader.problem("a result with its type is missing") }
        return value
    }

    private mutating func result(_ type: String, _ reader: inout JSONScanner) throws(WireFormatError) -> QueryValue {
        switch type {
        case "vector": return .vector(try vector(&reader))
        case "matrix": return .matrix(try matrix(&reader))
        case "scalar":
            let (time, text) = try point(&reader)
            return .scalar(Sample(timestamp: time, value: try Self.number(text, reader)))
        case "string":
            let (time, text) = try point(&reader)
            return .string(text, at: time)
        default: throw reader.problem("a result of the unknown type \(quoted(type))")
        }
    }

    private mutating func vector(_ reader: inout JSONScanner) throws(WireFormatError) -> [InstantSeries] {
        var result: [InstantSeries] = []
        if try reader.null() { return result }
        var copy = self
        try reader.array { (reader) throws(WireFormatError) in
            var labels = Labels.empty
            var sample: Sample?
            try reader.object { (reader, key) throws(WireFormatError) in
                switch key {
                case "metric": labels = try RemoteEnvelope<Void>.labels(&reader)
                case "value": sample = try Self.sample(&reader)
                case "histogram": sample = try copy.histogram(&reader)
                default: try reader.skip()
                }
            }
            guard let sample else { throw reader.problem("a series without a value") }
            result.append(InstantSeries(labels: labels, sample: sample))
        }
        self = copy
        return result
    }

    private mutating func matrix(_ reader: inout JSONScanner) throws(WireFormatError) -> [RangeSeries] {
        var result: [RangeSeries] = []
        if try reader.null() { return result }
        var copy = self
        try reader.array { (reader) throws(WireFormatError) in
            var series = RangeSeries(labels: .empty, samples: [])
            var kinds = 0
            try reader.object { (reader, key) throws(WireFormatError) in
                switch key {
                case "metric": series.labels = try RemoteEnvelope<Void>.labels(&reader)
                case "values":
                    kinds += 1
                    try reader.array { (reader) throws(WireFormatError) in
                        series.samples.append(try Self.sample(&reader))
                    }
                case "histograms":
                    kinds += 1
                    try reader.array { (reader) throws(WireFormatError) in
                        series.samples.append(try copy.histogram(&reader))
                    }
                default: try reader.skip()
                }
            }
            // Floats and histograms of one series take turns.
            if kinds > 1 { series.samples.sort { $0.timestamp < $1.timestamp } }
            result.append(series)
        }
        self = copy
        return result
    }

    private static func sample(_ reader: inout JSONScanner) throws(WireFormatError) -> Sample {
        var (time, value) = (Timestamp.epoch, 0.0)
        try reader.pair { (reader) throws(WireFormatError) in
            time = try Self.time(&reader)
        } _: { (reader) throws(WireFormatError) in
            value = try number(try reader.string(), reader)
        }
        return Sample(timestamp: time, value: value)
    }

    private func point(_ reader: inout JSONScanner) throws(WireFormatError) -> (Timestamp, String) {
        var (time, text) = (Timestamp.epoch, "")
        try reader.pair { (reader) throws(WireFormatError) in
            time = try Self.time(&reader)
        } _: { (reader) throws(WireFormatError) in
            text = try reader.string()
        }
        return (time, text)
    }

    private mutating func histogram(_ reader: inout JSONScanner) throws(WireFormatError) -> Sample {
        var time = Timestamp.epoch
        var histogram = NativeHistogram()
        try reader.pair { (reader) throws(WireFormatError) in
            time = try Self.time(&reader)
        } _: { (reader) throws(WireFormatError) in
            histogram = try RemoteHistogram(&reader).native(reader)
        }
        histograms.append(histogram)
        return Sample(timestamp: time, value: HistogramBox.value(histograms.count - 1))
    }

    /// Seconds with a fraction.
    static func time(_ reader: inout JSONScanner) throws(WireFormatError) -> Timestamp {
        let seconds = try reader.number()
        // Beyond it times lose their milliseconds anyway.
        guard seconds.magnitude < 9e12 else { throw reader.problem("a time out of bounds") }
        return Timestamp(seconds: seconds)
    }

    /// A value's text, as Go writes it: `NaN`, `+Inf` and `-Inf` too.
    static func number(_ text: String, _ reader: JSONScanner) throws(WireFormatError) -> Double {
        guard let value = Double(text) else { throw reader.problem("\(quoted(text)) is no number") }
        return HistogramBox.canonical(value)
    }
}
