package import SignalModel

/// A histogram as query scripts write it:
///
///     {{schema:1 count:6 sum:9.5 z_bucket:2 z_bucket_w:0.001 buckets:[1 0 2] offset:-1 n_buckets:[1] n_offset:2}}
///
/// Buckets begin at index `offset`, zero without one; `custom_values:[…]` goes with schema -53, and
/// `counter_reset_hint` is `reset`, `not_reset` or `gauge`.
package enum HistogramDescription {
    /// `text` without the braces; nil when it is none.
    package static func parse(_ text: some StringProtocol) -> NativeHistogram? {
        var fields: [String: String] = [:]
        var rest = Substring(text).drop(while: \.isWhitespace)
        while !rest.isEmpty {
            let name = rest.prefix { $0 != ":" }
            rest = rest.dropFirst(name.count + 1)
            let isList = rest.first == "["
            let value = rest.prefix { isList ? $0 != "]" : !$0.isWhitespace }
            fields[String(name)] = isList ? String(value.dropFirst()) : String(value)
            rest = rest.dropFirst(value.count + (isList ? 1 : 0)).drop(while: \.isWhitespace)
        }
        func number(_ name: String) -> Double { fields[name].flatMap { Double($0) } ?? 0 }
        func list(_ name: String) -> [Double] {
            (fields[name] ?? "").split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        }
        func side(_ buckets: String, _ offset: String) -> HistogramBuckets {
            let counts = list(buckets)
            let first = Int32(number(offset))
            return HistogramBuckets(indexes: (0..<Int32(counts.count)).map { $0 + first }, counts: counts)
        }
        let hints: [String: NativeHistogram.CounterReset] = [
            "reset": .reset, "not_reset": .notReset, "gauge": .gauge,
        ]
        return NativeHistogram(
            schema: Int(number("schema")), zeroThreshold: number("z_bucket_w"), zeroCount: number("z_bucket"),
            count: number("count"), sum: number("sum"), positive: side("buckets", "offset"),
            negative: side("n_buckets", "n_offset"), customBounds: list("custom_values"),
            counterReset: fields["counter_reset_hint"].flatMap { hints[$0] } ?? .unknown)
    }

    /// `{{…}}`, `{{…}}x3` (three times more), `{{…}}+{{…}}x3` (each greater by the second).
    package static func series(_ word: some StringProtocol) -> [NativeHistogram]? {
        let parts = word.split(separator: "{{").flatMap {
            $0.split(separator: "}}", omittingEmptySubsequences: false)
        }
        guard let first = parts.first.flatMap({ parse($0) }) else { return nil }
        if parts.count == 2 {
            let times = parts[1].hasPrefix("x") ? Int(parts[1].dropFirst()) : parts[1].isEmpty ? 0 : nil
            return times.map { Array(repeating: first, count: $0 + 1) }
        }
        guard parts.count == 4, let step = parse(parts[2]), let times = Int(parts[3].dropFirst()) else { return nil }
        var result = [first]
        for _ in 0..<times {
            var next = result[result.count - 1]
            guard (try? next.add(step, sign: parts[1] == "-" ? -1 : 1)) != nil else { return nil }
            result.append(next)
        }
        return result
    }
}
