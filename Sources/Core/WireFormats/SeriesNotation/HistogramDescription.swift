package import SignalModel

/// A histogram as unit tests and query scripts write it:
///
///     {{schema:1 count:6 sum:9.5 z_bucket:2 z_bucket_w:0.001 buckets:[1 0 2] offset:-1 n_buckets:[1] n_offset:2}}
///
/// Buckets begin at index `offset`, zero without one; `custom_values:[…]` goes with schema -53, and
/// `counter_reset_hint` is `reset`, `not_reset` or `gauge`.
package enum HistogramDescription {
    private static let hints: [String: NativeHistogram.CounterReset] = [
        "unknown": .unknown, "reset": .reset, "not_reset": .notReset, "gauge": .gauge,
    ]

    /// `text` without the braces; nil when it is none.
    package static func parse(_ text: some StringProtocol) -> NativeHistogram? {
        var histogram = NativeHistogram()
        var offsets = (positive: Int32(0), negative: Int32(0))
        var counts = (positive: [Double](), negative: [Double]())
        var rest = Substring(text).drop(while: \.isWhitespace)
        while !rest.isEmpty {
            let name = rest.prefix { $0 != ":" }
            rest = rest.dropFirst(name.count + 1)
            let isList = rest.first == "["
            let value = isList ? rest.dropFirst().prefix { $0 != "]" } : rest.prefix { !$0.isWhitespace }
            rest = rest.dropFirst(value.count + (isList ? 2 : 0)).drop(while: \.isWhitespace)
            if isList {
                guard let list = numbers(value) else { return nil }
                switch name {
                case "buckets": counts.positive = list
                case "n_buckets": counts.negative = list
                case "custom_values": histogram.customBounds = list
                default: return nil
                }
                continue
            }
            if name == "counter_reset_hint" {
                guard let hint = hints[String(value)] else { return nil }
                histogram.counterReset = hint
                continue
            }
            guard let number = Double(value) else { return nil }
            switch name {
            case "schema":
                guard let schema = Int(exactly: number) else { return nil }
                histogram.schema = schema
            case "count": histogram.count = number
            case "sum": histogram.sum = number
            case "z_bucket": histogram.zeroCount = number
            case "z_bucket_w": histogram.zeroThreshold = number
            case "offset", "n_offset":
                guard let offset = Int32(exactly: number), offset.magnitude < 1 << 20 else { return nil }
                if name == "offset" { offsets.positive = offset } else { offsets.negative = offset }
            default: return nil
            }
        }
        histogram.positive = side(counts.positive, offsets.positive)
        histogram.negative = side(counts.negative, offsets.negative)
        return histogram
    }

    private static func numbers(_ text: Substring) -> [Double]? {
        var list: [Double] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "," }) {
            guard let number = Double(word) else { return nil }
            list.append(number)
        }
        return list
    }

    private static func side(_ counts: [Double], _ offset: Int32) -> HistogramBuckets {
        HistogramBuckets(indexes: (0..<Int32(counts.count)).map { $0 + offset }, counts: counts)
    }

    /// `{{…}}`, `{{…}}x3` (three times more), `{{…}}+{{…}}x3` (each greater by the second).
    package static func series(_ word: some StringProtocol) -> [NativeHistogram]? {
        let parts = word.split(separator: "{{").flatMap {
            $0.split(separator: "}}", omittingEmptySubsequences: false)
        }
        guard let first = parts.first.flatMap({ parse($0) }) else { return nil }
        if parts.count == 2 {
            if parts[1].isEmpty { return [first] }
            let times = parts[1].hasPrefix("x") ? SeriesDescription.times(parts[1].dropFirst()) : nil
            return times.map { Array(repeating: first, count: $0 + 1) }
        }
        guard parts.count == 4, parts[1] == "+" || parts[1] == "-", let step = parse(parts[2]),
            parts[3].hasPrefix("x"), let times = SeriesDescription.times(parts[3].dropFirst())
        else { return nil }
        var result = [first]
        for _ in 0..<times {
            var next = result[result.count - 1]
            guard (try? next.add(step, sign: parts[1] == "-" ? -1 : 1)) != nil else { return nil }
            result.append(next)
        }
        return result
    }

    /// The histogram in this notation; buckets that are not listed are zeros.
    package static func text(_ histogram: NativeHistogram) -> String {
        var parts: [String] = []
        func add(_ name: String, _ value: Double) {
            if value != 0 { parts.append("\(name):\(TextExpositionWriter.text(value))") }
        }
        func add(_ name: String, _ values: [Double]) {
            if values.isEmpty { return }
            parts.append("\(name):[\(values.map(TextExpositionWriter.text).joined(separator: " "))]")
        }
        parts.append("schema:\(histogram.schema)")
        add("count", histogram.count)
        add("sum", histogram.sum)
        add("z_bucket", histogram.zeroCount)
        add("z_bucket_w", histogram.zeroThreshold)
        add("custom_values", histogram.customBounds)
        for (buckets, prefix) in [(histogram.positive, ""), (histogram.negative, "n_")] {
            guard let first = buckets.indexes.first, let last = buckets.indexes.last,
                Int(last) - Int(first) < bucketsShownMax
            else { continue }
            var counts = [Double](repeating: 0, count: Int(last - first) + 1)
            for (index, count) in zip(buckets.indexes, buckets.counts) { counts[Int(index - first)] = count }
            add(prefix + "offset", Double(first))
            add(prefix + "buckets", counts)
        }
        return "{{\(parts.joined(separator: " "))}}"
    }

    /// Buckets further apart are left out of a text.
    private static let bucketsShownMax = 1000
}
