internal import SignalModel

/// Computed from the buckets of another aggregation beside it: `avg_bucket` and its kin.
struct SiblingPipeline {
    private enum Kind {
        case average
        case sum
        case least
        case greatest
        case stats(isExtended: Bool)
        case percentiles([Double])
    }

    private let kind: Kind
    private let aggregation: [String]
    private let path: BucketPath
    private let insertsZeros: Bool

    /// Nil when the parameters are those of another kind.
    init?(_ parameters: AggregationParameters) throws(LogQueryError) {
        switch parameters.type {
        case "avg_bucket": kind = .average
        case "sum_bucket": kind = .sum
        case "min_bucket": kind = .least
        case "max_bucket": kind = .greatest
        case "stats_bucket": kind = .stats(isExtended: false)
        case "extended_stats_bucket": kind = .stats(isExtended: true)
        case "percentiles_bucket":
            var percents: [Double] = []
            for element in parameters.elements("percents") ?? [] {
                percents.append(Double(try QueryParameters.constant(element, parameters.type).text) ?? 50)
            }
            kind = .percentiles(percents.isEmpty ? [1, 5, 25, 50, 75, 95, 99] : percents)
        default: return nil
        }
        guard
            let text = try parameters.elements("buckets_path")?.first.map({ value throws(LogQueryError) in
                try QueryParameters.constant(value, parameters.type).text
            })
        else { throw parameters.error("[buckets_path] is missing") }
        let steps = text.split(separator: ">").map(String.init)
        guard steps.count > 1 else {
            throw parameters.error(
                "[buckets_path] must name an aggregation with buckets and a number in them, as 1>2")
        }
        aggregation = Array(steps.dropLast())
        path = BucketPath(steps[steps.count - 1])
        insertsZeros = try parameters.text("gap_policy") == "insert_zeros"
    }

    func result(_ level: DocumentObject) throws(LogQueryError) -> DocumentValue {
        var numbers: [(key: String, value: Double)] = []
        try collect(level, aggregation[...], &numbers)
        let values = numbers.map(\.value)
        func single(_ number: Double?) -> DocumentValue {
            .members(["value": number.map { .double($0) } ?? .null])
        }
        func extreme(_ number: Double?) -> DocumentValue {
            .members([
                "value": number.map { .double($0) } ?? .null,
                "keys": .array(numbers.filter { $0.value == number }.map { .string($0.key) }),
            ])
        }
        switch kind {
        case .average: return single(values.isEmpty ? nil : values.reduce(0, +) / Double(values.count))
        case .sum: return single(values.reduce(0, +))
        case .least: return extreme(values.min())
        case .greatest: return extreme(values.max())
        case .stats(let isExtended):
            var running = RunningNumbers()
            for value in values { running.add(value) }
            return .object(running.stats(isExtended: isExtended))
        case .percentiles(let percents):
            let sorted = values.sorted()
            var object = DocumentObject()
            for percent in percents {
                let place = Int((percent / 100 * Double(sorted.count)).rounded(.up)) - 1
                object[percent.description] =
                    sorted.isEmpty ? .null : .double(sorted[min(max(0, place), sorted.count - 1)])
            }
            return .members(["values": .object(object)])
        }
    }

    private func collect(
        _ level: DocumentObject, _ steps: ArraySlice<String>, _ numbers: inout [(key: String, value: Double)]
    ) throws(LogQueryError) {
        guard let step = steps.first else { return }
        guard case .object(let answer) = level[step] else {
            throw LogQueryError(.argument, "No aggregation found for path [\(aggregation.joined(separator: ">"))]")
        }
        let buckets: [DocumentValue]
        switch answer["buckets"] {
        case .array(let elements): buckets = elements
        case .object(let keyed): buckets = keyed.members.map(\.value)
        default: buckets = [.object(answer)]
        }
        for case .object(let bucket) in buckets {
            if steps.count > 1 {
                try collect(bucket, steps.dropFirst(), &numbers)
            } else if let number = path.number(in: bucket), number.isFinite {
                // An empty bucket's number is a gap, its count is not.
                let isGap = BucketPath.number(bucket["doc_count"]) == 0 && path.text != "_count"
                if !isGap || insertsZeros { numbers.append((Self.key(bucket), isGap ? 0 : number)) }
            } else if insertsZeros {
                numbers.append((Self.key(bucket), 0))
            }
        }
    }

    private static func key(_ bucket: DocumentObject) -> String {
        switch bucket["key_as_string"] ?? bucket["key"] {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): number.description
        default: ""
        }
    }
}
